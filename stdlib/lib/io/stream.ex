defmodule IO.Stream do
  @moduledoc "A device as a stream of lines or of pieces of one size."

  defstruct device: nil, raw: true, line_or_bytes: :line

  @type t :: %__MODULE__{}

  @doc false
  def __build__(device, raw, line_or_bytes), do: %IO.Stream{device: device, raw: raw, line_or_bytes: line_or_bytes}

  @doc false
  def reader(%{raw: true, line_or_bytes: piece}), do: &IO.binread(&1, piece)
  def reader(%{raw: false, line_or_bytes: piece}), do: &IO.read(&1, piece)

  @doc false
  def writer(%{raw: true, device: device}), do: &IO.binwrite(device, &1)
  def writer(%{raw: false, device: device}), do: &IO.write(device, &1)
end

defimpl Collectable, for: IO.Stream do
  def into(stream) do
    write = IO.Stream.writer(stream)

    collect = fn
      stream, {:cont, piece} ->
        write.(piece)
        stream

      stream, _end ->
        stream
    end

    {stream, collect}
  end
end

defimpl Enumerable, for: IO.Stream do
  # The device is read from where it stands, and stays open.
  def reduce(stream, command, fun) do
    read = IO.Stream.reader(stream)
    stream.device |> Stream.unfold(&next(&1, read)) |> Enumerable.reduce(command, fun)
  end

  defp next(device, read) do
    case read.(device) do
      :eof -> nil
      {:error, reason} -> raise IO.StreamError, reason: reason
      piece -> {piece, device}
    end
  end

  def count(_stream), do: {:error, __MODULE__}
  def member?(_stream, _piece), do: {:error, __MODULE__}
  def slice(_stream), do: {:error, __MODULE__}
end
