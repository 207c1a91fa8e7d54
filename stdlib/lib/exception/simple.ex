defmodule RuntimeError do
  @moduledoc "What `raise/1` with a string raises."
  defexception message: "runtime error"
end

defmodule ArgumentError do
  @moduledoc "A function got an argument that it cannot take."
  defexception message: "argument error"
end

defmodule SystemLimitError do
  @moduledoc "A limit of the system has been reached."
  defexception message: "a system limit has been reached"
end

defmodule MatchError do
  @moduledoc "A value did not match the pattern of `=`."
  defexception [:term]

  @impl true
  def message(exception), do: "no match of right hand side value: #{inspect(exception.term)}"
end

defmodule CaseClauseError do
  @moduledoc "No clause of a `case` matched."
  defexception [:term]

  @impl true
  def message(exception), do: "no case clause matching: #{inspect(exception.term)}"
end

defmodule WithClauseError do
  @moduledoc "No clause in the `else` of a `with` matched."
  defexception [:term]

  @impl true
  def message(exception), do: "no with clause matching: #{inspect(exception.term)}"
end

defmodule CondClauseError do
  @moduledoc "No clause of a `cond` was truthy."
  defexception []

  @impl true
  def message(_exception), do: "no cond clause evaluated to a truthy value"
end

defmodule TryClauseError do
  @moduledoc "No clause in the `else` of a `try` matched."
  defexception [:term]

  @impl true
  def message(exception), do: "no try clause matching: #{inspect(exception.term)}"
end

defmodule BadFunctionError do
  @moduledoc "Something that is no function was called."
  defexception [:term]

  @impl true
  def message(exception), do: "expected a function, got: #{inspect(exception.term)}"
end

defmodule BadMapError do
  @moduledoc "A map was expected."
  defexception [:term]

  @impl true
  def message(exception), do: "expected a map, got: #{inspect(exception.term)}"
end

defmodule BadStructError do
  @moduledoc "A struct of some module was expected."
  defexception [:struct, :term]

  @impl true
  def message(exception) do
    "expected a struct named #{inspect(exception.struct)}, got: #{inspect(exception.term)}"
  end
end

defmodule BadBooleanError do
  @moduledoc "An operator expected a boolean on its left."
  defexception [:term, :operator]

  @impl true
  def message(exception) do
    "expected a boolean on left-side of \"#{exception.operator}\", got: #{inspect(exception.term)}"
  end
end

defmodule BadArityError do
  @moduledoc "A function was called with the wrong number of arguments."
  defexception [:function, :args]

  @impl true
  def message(exception) do
    {:arity, arity} = Function.info(exception.function, :arity)
    count = length(exception.args)
    given = Enum.map_join(exception.args, ", ", &inspect/1)
    "#{inspect(exception.function)} with arity #{arity} called with #{arguments(count, given)}"
  end

  defp arguments(0, _given), do: "no arguments"
  defp arguments(1, given), do: "1 argument (#{given})"
  defp arguments(count, given), do: "#{count} arguments (#{given})"
end

defmodule ArithmeticError do
  @moduledoc "Arithmetic on something that is no number, or without a result."
  defexception message: "bad argument in arithmetic expression"

  @unary [:+, :-]
  @binary [:+, :-, :*, :/]
  @named [:div, :rem]
  @bitwise [:band, :bor, :bxor, :bsl, :bsr]

  @impl true
  def blame(%{message: message} = exception, [{:erlang, fun, args, _} | _] = stacktrace) when is_list(args) do
    {%{exception | message: message <> expression(fun, args)}, stacktrace}
  end

  def blame(exception, stacktrace), do: {exception, stacktrace}

  defp expression(fun, [a]) when fun in @unary, do: ": #{fun}(#{inspect(a)})"
  defp expression(:bnot, [a]), do: ": Bitwise.bnot(#{inspect(a)})"
  defp expression(fun, [a, b]) when fun in @binary, do: ": #{inspect(a)} #{fun} #{inspect(b)}"
  defp expression(fun, [a, b]) when fun in @named, do: ": #{fun}(#{inspect(a)}, #{inspect(b)})"
  defp expression(fun, [a, b]) when fun in @bitwise, do: ": Bitwise.#{fun}(#{inspect(a)}, #{inspect(b)})"
  defp expression(_fun, _args), do: ""
end

defmodule Enum.OutOfBoundsError do
  @moduledoc "A position outside an enumerable was asked for."
  defexception message: "out of bounds error"
end

defmodule Enum.EmptyError do
  @moduledoc "An enumerable was expected to have elements."
  defexception message: "empty error"
end

defmodule UnicodeConversionError do
  @moduledoc "Text could not be converted."
  defexception [:encoded, :message]

  @impl true
  def exception(opts) do
    %UnicodeConversionError{
      encoded: Keyword.fetch!(opts, :encoded),
      message: "#{Keyword.fetch!(opts, :kind)} #{detail(Keyword.fetch!(opts, :rest))}"
    }
  end

  defp detail(rest) when is_binary(rest), do: "encoding starting at #{inspect(rest)}"

  # The first element may be a nested list.
  defp detail([head | _]) when is_list(head), do: detail(head)
  defp detail([head | _]) when is_integer(head), do: "code point #{head}"
  defp detail([head | _]) when is_binary(head), do: detail(head)
end

defmodule MissingApplicationsError do
  @moduledoc "Applications that a feature needs are not there."
  defexception apps: [], description: "missing applications found"

  @impl true
  def message(%{apps: apps, description: description}) do
    list = Enum.map_join(apps, "\n", &("  " <> inspect(&1)))
    "#{description}\n\nTo address this, include these applications as your dependencies:\n\n#{list}"
  end
end

defmodule Inspect.Error do
  @moduledoc "Raised when a value could not be inspected."
  @enforce_keys [:exception_module, :exception_message, :stacktrace, :inspected_struct]
  defexception @enforce_keys

  @impl true
  def exception(arguments) when is_list(arguments) do
    exception = Keyword.fetch!(arguments, :exception)

    %Inspect.Error{
      exception_module: exception.__struct__,
      exception_message: Exception.message(exception) |> String.trim_trailing("\n"),
      stacktrace: Keyword.fetch!(arguments, :stacktrace),
      inspected_struct: Keyword.fetch!(arguments, :inspected_struct)
    }
  end

  @impl true
  def message(%{inspected_struct: inspected} = error) do
    """
    got #{inspect(error.exception_module)} with message:

    #{pad(~s(""") <> "\n" <> error.exception_message <> "\n" <> ~s("""), 4)}

    while inspecting:

    #{pad(inspected, 4)}
    """
  end

  @doc false
  def pad(message, level) do
    spaces = String.duplicate(" ", level)

    message
    |> String.split("\n")
    |> Enum.map_join("\n", fn
      "" -> ""
      line -> spaces <> line
    end)
  end
end
