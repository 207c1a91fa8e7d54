defmodule Inspect.Failure do
  @moduledoc false
  # An Inspect implementation that raises is shown in place of the term.

  def to_doc(struct, exception, stacktrace, opts) do
    # While the failure is drawn the struct must not be asked again.
    if Process.get(:inspect_trap) do
      Inspect.Map.inspect_as_map(struct, opts)
    else
      try do
        Process.put(:inspect_trap, true)
        error = error(struct, exception, stacktrace, opts)

        if opts.safe do
          Inspect.inspect(error, %{opts | inspect_fun: Inspect.Opts.default_inspect_fun()})
        else
          reraise(error, stacktrace)
        end
      after
        Process.delete(:inspect_trap)
      end
    end
  end

  defp error(struct, exception, stacktrace, opts) do
    inspected =
      struct
      |> Inspect.Map.inspect_as_map(%{opts | syntax_colors: [], inspect_fun: Inspect.Opts.default_inspect_fun()})
      |> Inspect.Algebra.format(opts.width)
      |> IO.iodata_to_binary()

    Inspect.Error.exception(exception: exception, stacktrace: stacktrace, inspected_struct: inspected)
  end
end
