defmodule File.Stream do
  @moduledoc "A file as a stream of lines or of blocks; also a place to collect into."

  defstruct path: nil, modes: [], line_or_bytes: :line, raw: true, node: nil

  @type t :: %__MODULE__{}

  @bom <<239, 187, 191>>

  # Without an encoding the file is read as bytes, by the process itself and ahead of need.
  @doc false
  def __build__(path, line_or_bytes, modes) do
    raw? = not List.keymember?(modes, :encoding, 0)
    modes = if raw?, do: [:raw | read_ahead(List.keyfind(modes, :read_ahead, 0), modes)], else: modes
    %File.Stream{path: path, modes: modes, raw: raw?, line_or_bytes: line_or_bytes, node: node()}
  end

  defp read_ahead(nil, modes), do: [:read_ahead | modes]
  defp read_ahead({:read_ahead, false}, modes), do: List.keydelete(modes, :read_ahead, 0)
  defp read_ahead({:read_ahead, _size}, modes), do: modes

  @doc false
  def open_to_read(%{modes: modes} = stream) do
    device = open(stream, Enum.reject(modes, &(&1 in [:write, :append, :trim_bom] or match?({:read_offset, _}, &1))))
    start = if :trim_bom in modes, do: bom_size(stream.path), else: 0
    {:read_offset, offset} = Enum.find(modes, {:read_offset, 0}, &match?({:read_offset, _}, &1))
    if start + offset > 0, do: {:ok, _} = :file.position(device, start + offset)
    device
  end

  @doc false
  def open_to_write(%{modes: modes} = stream), do: open(stream, [:write | List.delete(modes, :read)])

  defp open(%{path: path}, modes) do
    case :file.open(path, modes) do
      {:ok, device} -> device
      {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: path
    end
  end

  @doc false
  def bom_size(path) do
    case File.open(path, [:read, :raw, :binary], &IO.binread(&1, 3)) do
      {:ok, @bom} -> 3
      _ -> 0
    end
  end
end

defimpl Collectable, for: File.Stream do
  def into(stream) do
    device = File.Stream.open_to_write(stream)
    write = IO.Stream.writer(%{raw: stream.raw, device: device})

    collect = fn
      _, {:cont, piece} ->
        write.(piece)

      _, _end ->
        :file.close(device)
        stream
    end

    {:ok, collect}
  end
end

defimpl Enumerable, for: File.Stream do
  def reduce(stream, command, fun) do
    read = IO.Stream.reader(stream)

    pieces =
      Stream.resource(fn -> File.Stream.open_to_read(stream) end, &next(&1, read.(&1)), fn device -> :file.close(device) end)

    Enumerable.reduce(pieces, command, fun)
  end

  defp next(device, :eof), do: {:halt, device}
  defp next(_device, {:error, reason}), do: raise(IO.StreamError, reason: reason)
  defp next(device, piece), do: {[piece], device}

  def count(%{line_or_bytes: :line} = stream) do
    # A last line without an end does not count.
    ended = fn line, lines -> {:cont, if(String.ends_with?(line, "\n"), do: lines + 1, else: lines)} end
    {:done, lines} = reduce(stream, {:cont, 0}, ended)
    {:ok, lines}
  end

  # Blocks need not be read to be counted.
  def count(%{raw: true, path: path, line_or_bytes: block, modes: modes}) do
    case File.stat(path) do
      {:ok, %{size: size}} when size > 0 ->
        start = if :trim_bom in modes, do: File.Stream.bom_size(path), else: 0
        {:ok, div(size - start + block - 1, block)}

      {:ok, _empty} ->
        {:error, __MODULE__}

      {:error, reason} ->
        raise File.Error, reason: reason, action: "stream", path: path
    end
  end

  def count(_stream), do: {:error, __MODULE__}
  def member?(_stream, _piece), do: {:error, __MODULE__}
  def slice(_stream), do: {:error, __MODULE__}
end
