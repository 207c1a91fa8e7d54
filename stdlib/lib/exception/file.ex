defmodule File.Error do
  @moduledoc "A file operation failed."
  defexception [:reason, :path, action: ""]

  @impl true
  def message(%{action: action, reason: reason, path: path}) do
    "could not #{action} #{inspect(path)}: " <> explain(action, reason)
  end

  defp explain("remove directory", :eexist), do: "directory is not empty"
  defp explain(_action, reason), do: IO.iodata_to_binary(:file.format_error(reason))
end

defmodule File.CopyError do
  @moduledoc "A copy failed."
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception), do: File.CopyError.Text.between(exception)
end

defmodule File.CopyError.Text do
  @moduledoc false

  def between(%{action: action, reason: reason, source: source, destination: destination, on: on}) do
    on = if on && on != "", do: ". #{on}", else: ""
    formatted = IO.iodata_to_binary(:file.format_error(reason))
    "could not #{action} from #{inspect(source)} to #{inspect(destination)}#{on}: #{formatted}"
  end
end

defmodule File.RenameError do
  @moduledoc "A rename failed."
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(exception), do: File.CopyError.Text.between(exception)
end

defmodule File.LinkError do
  @moduledoc "A link could not be made."
  defexception [:reason, :existing, :new, action: ""]

  @impl true
  def message(%{action: action, reason: reason, existing: existing, new: new}) do
    formatted = IO.iodata_to_binary(:file.format_error(reason))
    "could not #{action} from #{inspect(existing)} to #{inspect(new)}: #{formatted}"
  end
end
