# The standard handler: formats an event and writes it to the standard device (or a file).
defmodule :logger_std_h do
  @moduledoc false

  def log(event, %{formatter: {module, formatter}} = config) do
    text =
      try do
        module.format(event, formatter)
      catch
        _, reason ->
          [~c"FORMATTER CRASH: ", :io_lib.format(~c"~tp", [{event, reason}]), ~c"\n"]
      end

    case :unicode.characters_to_binary(text) do
      binary when :erlang.is_binary(binary) -> write(config, binary)
      _ -> write(config, "FORMATTER ERROR: bad return value\n")
    end
  end

  defp write(%{config: %{type: :standard_error}}, binary), do: :cordial_io.put(2, binary)

  defp write(%{config: %{type: {:file, path}}}, binary),
    do: :cordial_file.append(:file.path(path), binary)

  defp write(%{config: %{type: {:file, path, _}}}, binary),
    do: :cordial_file.append(:file.path(path), binary)

  defp write(%{config: %{type: {:device, device}}}, binary), do: :io.put_chars(device, binary)
  defp write(_config, binary), do: :cordial_io.put(1, binary)

  def filesync(_id), do: :ok
end
