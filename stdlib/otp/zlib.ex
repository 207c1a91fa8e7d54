defmodule :zlib do
  @moduledoc false
  # Streams over the whole-binary natives: a stream is a reference whose data stands in the owner's dictionary until it is
  # finished. `compress/1`, `gzip/1` and the like are natives.

  def open do
    z = make_ref()
    :erlang.put({:"$zlib", z}, :open)
    z
  end

  def close(z) do
    state(z)
    :erlang.erase({:"$zlib", z})
    :ok
  end

  def set_controlling_process(_, _), do: :ok

  def deflateInit(z), do: deflateInit(z, :default)
  def deflateInit(z, level), do: deflateInit(z, level, :deflated, 15, 8, :default)

  def deflateInit(z, level, :deflated, bits, _memory, _strategy) do
    state(z)
    keep(z, {:deflate, level(level), bits, []})
  end

  defp level(:none), do: 0
  defp level(:best_speed), do: 1
  defp level(:best_compression), do: 9
  defp level(level) when is_integer(level) and level >= 0 and level <= 9, do: level
  defp level(:default), do: -1
  defp level(_), do: :erlang.error(:bad_compression_level)

  def deflate(z, data), do: deflate(z, data, :none)

  def deflate(z, data, flush) do
    case state(z) do
      {:deflate, level, bits, seen} when flush == :finish ->
        packed = :cordial_zlib.deflate([seen | [data]], level, bits)
        keep(z, {:deflate, level, bits, []})
        [packed]

      {:deflate, level, bits, seen} ->
        keep(z, {:deflate, level, bits, [seen | [data]]})
        []

      _ ->
        :erlang.error(:stream_error)
    end
  end

  def deflateReset(z) do
    {:deflate, level, bits, _} = state(z)
    keep(z, {:deflate, level, bits, []})
  end

  def deflateParams(z, level, _strategy) do
    {:deflate, _, bits, seen} = state(z)
    keep(z, {:deflate, level(level), bits, seen})
  end

  def deflateEnd(z) do
    case state(z) do
      {:deflate, _, _, []} -> keep(z, :open)
      {:deflate, _, _, _} -> keep(z, :open) && :erlang.error(:data_error)
      _ -> :erlang.error(:stream_error)
    end
  end

  def inflateInit(z), do: inflateInit(z, 15)
  def inflateInit(z, bits), do: inflateInit(z, bits, :cut)

  def inflateInit(z, bits, _eos) do
    state(z)
    keep(z, {:inflate, bits, [], 0, :more})
  end

  def inflate(z, data), do: inflate(z, data, [])

  def inflate(z, data, _options) do
    case state(z) do
      {:inflate, bits, seen, given, :more} ->
        seen = :erlang.iolist_to_binary([seen | [data]])

        case :cordial_zlib.inflate(seen, bits) do
          {state, all} ->
            fresh = :binary.part(all, given, byte_size(all) - given)
            keep(z, {:inflate, bits, seen, byte_size(all), state})
            if fresh == "", do: [], else: [fresh]

          :data_error ->
            :erlang.error(:data_error)
        end

      {:inflate, _, _, _, :end} ->
        []

      _ ->
        :erlang.error(:stream_error)
    end
  end

  def safeInflate(z, data), do: {:finished, inflate(z, data)}

  def inflateReset(z) do
    {:inflate, bits, _, _, _} = state(z)
    keep(z, {:inflate, bits, [], 0, :more})
  end

  def inflateEnd(z) do
    case state(z) do
      {:inflate, _, _, _, :end} -> keep(z, :open)
      {:inflate, _, _, _, :more} -> keep(z, :open) && :erlang.error(:data_error)
      _ -> :erlang.error(:stream_error)
    end
  end

  defp state(z) do
    case :erlang.get({:"$zlib", z}) do
      :undefined -> :erlang.error(:not_initialized)
      state -> state
    end
  end

  defp keep(z, state) do
    :erlang.put({:"$zlib", z}, state)
    :ok
  end
end
