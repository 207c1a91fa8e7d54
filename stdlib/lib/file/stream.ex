defmodule File.Stream do
  @moduledoc "A file as a stream of lines or of blocks; also a place to collect into."

  defstruct path: nil, modes: [], line_or_bytes: :line, raw: true, node: nil

  @type t :: %__MODULE__{}

  @doc false
  def __build__(path, line_or_bytes, modes) do
    with {:ok, _} <- validate(modes) do
      raw = :lists.keyfind(:encoding, 1, modes) == false

      modes =
        case raw do
          true ->
            case :lists.keyfind(:read_ahead, 1, modes) do
              {:read_ahead, false} -> [:raw | :lists.keydelete(:read_ahead, 1, modes)]
              {:read_ahead, _} -> [:raw | modes]
              false -> [:raw, :read_ahead | modes]
            end

          false ->
            modes
        end

      %File.Stream{path: path, modes: modes, raw: raw, line_or_bytes: line_or_bytes, node: node()}
    end
  end

  defp validate(modes), do: {:ok, modes}

  @doc false
  def __open__(%File.Stream{path: path}, modes) when is_binary(path) or is_list(path) do
    :file.open(path, modes)
  end

  @doc false
  def read_modes(modes), do: for(mode <- modes, mode not in [:write, :append, :trim_bom] and not match?({:read_offset, _}, mode), do: mode)

  defimpl Collectable do
    def into(%{modes: modes, raw: raw} = stream) do
      modes = for mode <- modes, mode not in [:read], do: mode

      case File.Stream.__open__(stream, [:write | modes]) do
        {:ok, device} -> {:ok, into(device, stream, raw)}
        {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: stream.path
      end
    end

    defp into(device, stream, raw) do
      fn
        :ok, {:cont, x} ->
          case raw do
            true -> IO.binwrite(device, x)
            false -> IO.write(device, x)
          end

        :ok, :done ->
          :file.close(device)
          stream

        :ok, :halt ->
          :file.close(device)
      end
    end
  end

  defimpl Enumerable do
    @read_ahead_size 64 * 1024

    def reduce(%{modes: modes, line_or_bytes: line_or_bytes, raw: raw} = stream, acc, fun) do
      start_fun = fn ->
        case File.Stream.__open__(stream, File.Stream.read_modes(modes)) do
          {:ok, device} -> device |> trim_bom(raw, :trim_bom in modes) |> skip(offset(modes))
          {:error, reason} -> raise File.Error, reason: reason, action: "stream", path: stream.path
        end
      end

      next_fun =
        case raw do
          true -> &IO.each_binstream(&1, line_or_bytes)
          false -> &IO.each_stream(&1, line_or_bytes)
        end

      Stream.resource(start_fun, next_fun, &:file.close/1).(acc, fun)
    end

    defp offset(modes) do
      case List.keyfind(Enum.filter(modes, &is_tuple/1), :read_offset, 0) do
        {_, offset} -> offset
        nil -> 0
      end
    end

    defp skip(device, 0), do: device

    defp skip(device, offset) do
      {:ok, _} = :file.position(device, {:cur, offset})
      device
    end

    def count(%{modes: modes, line_or_bytes: :line} = stream) do
      _ = modes
      {:ok, reduce(stream, {:cont, 0}, fn _, n -> {:cont, n + 1} end) |> elem(1)}
    end

    def count(%{path: path, line_or_bytes: bytes, raw: true, modes: modes}) do
      case File.stat(path) do
        {:ok, %{size: 0}} ->
          {:error, __MODULE__}

        {:ok, %{size: size}} ->
          bom = if :trim_bom in modes, do: bom_size(path), else: 0
          left = size - bom
          {:ok, div(left, bytes) + if(rem(left, bytes) == 0, do: 0, else: 1)}

        {:error, reason} ->
          raise File.Error, reason: reason, action: "stream", path: path
      end
    end

    def count(_stream), do: {:error, __MODULE__}
    def member?(_stream, _term), do: {:error, __MODULE__}
    def slice(_stream), do: {:error, __MODULE__}

    defp bom_size(path) do
      case File.open(path, [:read, :raw, :binary], &IO.binread(&1, 3)) do
        {:ok, <<239, 187, 191>>} -> 3
        _ -> 0
      end
    end

    defp trim_bom(device, _raw, false), do: device

    defp trim_bom(device, true, true) do
      case :file.read(device, 3) do
        {:ok, <<239, 187, 191>>} -> :ok
        _ -> {:ok, _} = :file.position(device, :bof)
      end

      device
    end

    defp trim_bom(device, false, true) do
      case IO.read(device, 1) do
        "\uFEFF" -> :ok
        _ -> {:ok, _} = :file.position(device, :bof)
      end

      device
    end

    @doc false
    def read_ahead_size, do: @read_ahead_size
  end
end
