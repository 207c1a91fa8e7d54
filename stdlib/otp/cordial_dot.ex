# What `value.name` and `value.name()` warn of: the compiler has them call this.
defmodule :cordial_dot do
  @moduledoc false

  # `module.name` calls a function, for which parentheses are missing.
  def function(module, name) do
    warn([
      "using map.field notation (without parentheses) to invoke function ",
      Exception.format_mfa(module, name, []),
      " is deprecated, you must add parentheses instead: remote.function()"
    ])
  end

  # `map.name()` is a field, for which there are parentheses too many.
  def field(name) do
    warn([
      "using module.function() notation (with parentheses) to fetch map field ",
      Macro.inspect_atom(:literal, name),
      " is deprecated, you must remove the parentheses: map.field"
    ])
  end

  defp warn(message) do
    {:current_stacktrace, stack} = Process.info(self(), :current_stacktrace)
    callers = :lists.dropwhile(fn frame -> elem(frame, 0) in [Process, __MODULE__] end, stack)
    :cordial_log.warning(IO.iodata_to_binary(message), nil, nil, callers)
  end
end
