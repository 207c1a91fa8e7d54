defmodule File do
  @moduledoc "Files and directories."

  @type posix :: :file.posix()
  @type io_device :: :file.io_device()
  @type mode :: atom | tuple
  @type stat_options :: [time: :local | :universal | :posix]

  def regular?(path, opts \\ []) do
    _ = opts
    :cordial_file.type(to_path(path)) == :regular
  end

  def dir?(path, opts \\ []) do
    _ = opts
    :cordial_file.type(to_path(path)) == :directory
  end

  def exists?(path, opts \\ []) do
    _ = opts
    :cordial_file.type(to_path(path)) != :none
  end

  defp to_path(path), do: IO.chardata_to_string(path)

  def mkdir(path), do: :file.make_dir(to_path(path))

  def mkdir!(path), do: bang(mkdir(path), "make directory", path)

  def mkdir_p(path), do: do_mkdir_p(to_path(path))

  defp do_mkdir_p(""), do: :ok
  defp do_mkdir_p("/"), do: :ok

  defp do_mkdir_p(path) do
    case :cordial_file.type(path) do
      :directory ->
        :ok

      :regular ->
        {:error, :eexist}

      _ ->
        case do_mkdir_p(parent(path)) do
          :ok ->
            case :file.make_dir(path) do
              {:error, :eexist} -> if dir?(path), do: :ok, else: {:error, :eexist}
              other -> other
            end

          # A file stands where a folder should.
          {:error, :eexist} ->
            {:error, :enotdir}

          error ->
            error
        end
    end
  end

  defp parent(path) do
    case Path.dirname(path) do
      "." -> ""
      dir -> if dir == path, do: "/", else: dir
    end
  end

  def mkdir_p!(path), do: bang(mkdir_p(path), "make directory (with -p)", path)

  def read(path), do: :file.read_file(to_path(path))

  def read!(path) do
    case read(path) do
      {:ok, binary} -> binary
      {:error, reason} -> raise File.Error, reason: reason, action: "read file", path: to_path(path)
    end
  end

  def stat(path, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)

    case :file.read_file_info(to_path(path), opts) do
      {:ok, info} -> {:ok, File.Stat.from_record(info)}
      error -> error
    end
  end

  def stat!(path, opts \\ []), do: value!(stat(path, opts), "read file stats", path)

  def lstat(path, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)

    case :file.read_link_info(to_path(path), opts) do
      {:ok, info} -> {:ok, File.Stat.from_record(info)}
      error -> error
    end
  end

  def lstat!(path, opts \\ []), do: value!(lstat(path, opts), "read file stats", path)

  def read_link(path) do
    case :file.read_link(to_path(path)) do
      {:ok, target} -> {:ok, IO.chardata_to_string(target)}
      error -> error
    end
  end

  def read_link!(path), do: value!(read_link(path), "read link", path)

  def write_stat(path, %File.Stat{} = stat, opts \\ []) do
    opts = Keyword.put_new(opts, :time, :universal)
    :file.write_file_info(to_path(path), File.Stat.to_record(stat), opts)
  end

  def write_stat!(path, %File.Stat{} = stat, opts \\ []),
    do: bang(write_stat(path, stat, opts), "write file stats", path)

  def touch(path, time \\ System.os_time(:second))

  def touch(path, time) when is_tuple(time), do: touch(path, :calendar.datetime_to_gregorian_seconds(time) - 62_167_219_200)

  def touch(path, time) when is_integer(time) do
    path = to_path(path)

    case :cordial_file.touch(path, time, time) do
      {:error, :enoent} ->
        with :ok <- write(path, "", [:append]), do: :cordial_file.touch(path, time, time)

      other ->
        other
    end
  end

  def touch!(path, time \\ System.os_time(:second)), do: bang(touch(path, time), "touch", path)

  def ln(existing, new), do: :file.make_link(to_path(existing), to_path(new))

  def ln!(existing, new), do: link!(ln(existing, new), "create hard link", existing, new)
  def ln_s(existing, new), do: :file.make_symlink(to_path(existing), to_path(new))
  def ln_s!(existing, new), do: link!(ln_s(existing, new), "create symlink", existing, new)

  defp link!(:ok, _action, _existing, _new), do: :ok

  defp link!({:error, reason}, action, existing, new) do
    raise File.LinkError, reason: reason, action: action, existing: to_path(existing), new: to_path(new)
  end

  def copy(source, destination, bytes_count \\ :infinity)

  def copy({source, source_modes}, {destination, destination_modes}, bytes_count) do
    :file.copy({to_path(source), source_modes}, {to_path(destination), destination_modes}, bytes_count)
  end

  def copy(source, {destination, destination_modes}, bytes_count) do
    :file.copy(maybe_to_path(source), {to_path(destination), destination_modes}, bytes_count)
  end

  def copy({source, source_modes}, destination, bytes_count) do
    :file.copy({to_path(source), source_modes}, maybe_to_path(destination), bytes_count)
  end

  def copy(source, destination, bytes_count) do
    :file.copy(maybe_to_path(source), maybe_to_path(destination), bytes_count)
  end

  defp maybe_to_path(path) when is_list(path) or is_binary(path), do: to_path(path)
  defp maybe_to_path(device), do: device

  def copy!(source, destination, bytes_count \\ :infinity) do
    case copy(source, destination, bytes_count) do
      {:ok, bytes} ->
        bytes

      {:error, reason} ->
        raise File.CopyError,
          reason: reason,
          action: "copy",
          source: maybe_to_path(source),
          destination: maybe_to_path(destination)
    end
  end

  def rename(source, destination), do: :file.rename(to_path(source), to_path(destination))

  def rename!(source, destination) do
    case rename(source, destination) do
      :ok ->
        :ok

      {:error, reason} ->
        raise File.RenameError,
          reason: reason,
          action: "rename",
          source: to_path(source),
          destination: to_path(destination)
    end
  end

  def cp(source_file, destination_file, options \\ [])

  def cp(source_file, destination_file, callback) when is_function(callback, 2) do
    cp(source_file, destination_file, on_conflict: callback)
  end

  def cp(source_file, destination_file, options) when is_list(options) do
    on_conflict = Keyword.get(options, :on_conflict, fn _, _ -> true end)
    source = to_path(source_file)
    destination = to_path(destination_file)

    case do_cp_file(source, destination, on_conflict, []) do
      {:error, reason, _} -> {:error, reason}
      _ -> :ok
    end
  end

  def cp!(source_file, destination_file, options \\ []) do
    case cp(source_file, destination_file, options) do
      :ok ->
        :ok

      {:error, reason} ->
        raise File.CopyError,
          reason: reason,
          action: "copy",
          source: to_path(source_file),
          destination: to_path(destination_file)
    end
  end

  def cp_r(source, destination, options \\ [])

  def cp_r(source, destination, callback) when is_function(callback, 2) do
    cp_r(source, destination, on_conflict: callback)
  end

  def cp_r(source, destination, options) when is_list(options) do
    on_conflict = Keyword.get(options, :on_conflict, fn _, _ -> true end)
    dereference? = Keyword.get(options, :dereference_symlinks, false)
    source = to_path(source)
    destination = to_path(destination)

    case do_cp_r(source, destination, on_conflict, dereference?, []) do
      {:error, _, _} = error -> error
      copied -> {:ok, copied}
    end
  end

  def cp_r!(source, destination, options \\ []) do
    case cp_r(source, destination, options) do
      {:ok, files} ->
        files

      {:error, reason, file} ->
        raise File.CopyError,
          reason: reason,
          action: "copy recursively",
          on: file,
          source: to_path(source),
          destination: to_path(destination)
    end
  end

  defp do_cp_r(source, destination, on_conflict, dereference?, acc) when is_list(acc) do
    stat = if dereference?, do: :cordial_file.stat(source), else: :cordial_file.lstat(source)

    case stat do
      {:ok, info} ->
        case elem(info, 1) do
          :regular -> do_cp_file(source, destination, on_conflict, acc)
          :symlink -> do_cp_link(source, destination, on_conflict, acc)
          :directory -> do_cp_dir(source, destination, on_conflict, dereference?, acc)
          _ -> {:error, :eio, source}
        end

      {:error, reason} ->
        {:error, reason, source}
    end
  end

  defp do_cp_dir(source, destination, on_conflict, dereference?, acc) do
    with {:ok, files} <- ls(source),
         result when result in [:ok, {:error, :eexist}] <- mkdir(destination) do
      Enum.reduce(files, [destination | acc], fn
        _file, {:error, _, _} = error -> error
        file, acc -> do_cp_r(Path.join(source, file), Path.join(destination, file), on_conflict, dereference?, acc)
      end)
    else
      {:error, reason} -> {:error, reason, source}
    end
  end

  defp do_cp_file(source, destination, on_conflict, acc) do
    conflict? = exists?(destination)

    cond do
      dir?(destination) ->
        {:error, :eisdir, destination}

      conflict? and not on_conflict.(source, destination) ->
        acc

      true ->
        case :cordial_file.copy(source, destination) do
          {:ok, _} -> [destination | acc]
          {:error, reason} -> {:error, reason, source}
        end
    end
  end

  defp do_cp_link(source, destination, on_conflict, acc) do
    with {:ok, link} <- read_link(source),
         result when result in [:ok, {:error, :eexist}] <- ln_s(link, destination) do
      case result do
        :ok ->
          [destination | acc]

        {:error, :eexist} ->
          if on_conflict.(source, destination) do
            with :ok <- rm(destination), :ok <- ln_s(link, destination) do
              [destination | acc]
            else
              {:error, reason} -> {:error, reason, source}
            end
          else
            acc
          end
      end
    else
      {:error, reason} -> {:error, reason, source}
    end
  end

  def write(path, content, modes \\ []) do
    case Enum.find(modes, &(&1 == :utf8 or match?({:encoding, _}, &1))) do
      nil ->
        :file.write_file(to_path(path), content, modes)

      _ ->
        case open(path, [:write | modes], &IO.write(&1, content)) do
          {:ok, result} -> result
          error -> error
        end
    end
  end

  def write!(path, content, modes \\ []), do: bang(write(path, content, modes), "write to file", path)

  def rm(path), do: :file.delete(to_path(path))
  def rm!(path), do: bang(rm(path), "remove file", path)
  def rmdir(path), do: :file.del_dir(to_path(path))
  def rmdir!(path), do: bang(rmdir(path), "remove directory", path)

  def rm_rf(path) do
    case do_rm_rf(to_path(path), []) do
      {:error, _, _} = error -> error
      removed -> {:ok, removed}
    end
  end

  defp do_rm_rf(path, acc) do
    case :cordial_file.lstat(path) do
      {:ok, info} when elem(info, 1) == :directory ->
        case ls(path) do
          {:ok, files} ->
            acc =
              Enum.reduce(files, acc, fn
                _file, {:error, _, _} = error -> error
                file, acc -> do_rm_rf(Path.join(path, file), acc)
              end)

            case acc do
              {:error, _, _} -> acc
              _ -> removed(rmdir(path), path, acc)
            end

          {:error, reason} ->
            {:error, reason, path}
        end

      {:ok, _} ->
        removed(rm(path), path, acc)

      {:error, reason} when reason in [:enoent, :enotdir] ->
        acc

      {:error, reason} ->
        {:error, reason, path}
    end
  end

  defp removed(:ok, path, acc), do: [path | acc]
  defp removed({:error, :enoent}, _path, acc), do: acc
  defp removed({:error, reason}, path, _acc), do: {:error, reason, path}

  def rm_rf!(path) do
    case rm_rf(path) do
      {:ok, files} ->
        files

      {:error, reason, _} ->
        raise File.Error,
          reason: reason,
          path: to_path(path),
          action: "remove files and directories recursively from"
    end
  end

  def open(path, modes_or_function \\ [])

  def open(path, modes) when is_list(modes), do: :file.open(to_path(path), normalize_modes(modes, true))
  def open(path, function) when is_function(function, 1), do: open(path, [], function)

  def open(path, modes, function) when is_list(modes) and is_function(function, 1) do
    case open(path, modes) do
      {:ok, io_device} ->
        try do
          {:ok, function.(io_device)}
        after
          :ok = close(io_device)
        end

      other ->
        other
    end
  end

  def open!(path, modes_or_function \\ []) do
    value!(open(path, modes_or_function), "open", path)
  end

  def open!(path, modes, function), do: value!(open(path, modes, function), "open", path)

  def cwd do
    case :cordial_file.cwd() do
      {:ok, cwd} -> {:ok, cwd}
      {:error, reason} -> {:error, reason}
    end
  end

  def cwd! do
    case cwd() do
      {:ok, cwd} -> cwd
      {:error, reason} -> raise File.Error, reason: reason, action: "get current working directory"
    end
  end

  def cd(path), do: :file.set_cwd(to_path(path))
  def cd!(path), do: bang(cd(path), "set current working directory to", path)

  def cd!(path, function) do
    old = cwd!()
    cd!(path)

    try do
      function.()
    after
      cd!(old)
    end
  end

  def ls(path \\ "."), do: :cordial_file.list_dir(to_path(path))
  def ls!(path \\ "."), do: value!(ls(path), "list directory", path)

  def close(io_device) do
    case io_device do
      pid when is_pid(pid) -> :file.close(pid)
      other -> :file.close(other)
    end
  end

  def stream!(path), do: stream!(path, :line, [])

  def stream!(path, modes) when is_list(modes), do: stream!(path, :line, modes)
  def stream!(path, line_or_bytes), do: stream!(path, line_or_bytes, [])

  def stream!(path, modes, line_or_bytes) when is_list(modes), do: stream!(path, line_or_bytes, modes)

  def stream!(path, line_or_bytes, modes) when is_list(modes) do
    File.Stream.__build__(to_path(path), line_or_bytes, normalize_modes(modes, true))
  end

  def chmod(path, mode), do: :file.change_mode(to_path(path), mode)
  def chmod!(path, mode), do: bang(chmod(path, mode), "change mode for", path)
  def chgrp(path, gid), do: :file.change_group(to_path(path), gid)
  def chgrp!(path, gid), do: bang(chgrp(path, gid), "change group for", path)
  def chown(path, uid), do: :file.change_owner(to_path(path), uid)
  def chown!(path, uid), do: bang(chown(path, uid), "change owner for", path)

  @doc false
  def normalize_modes([:utf8 | rest], binary?), do: [{:encoding, :utf8} | normalize_modes(rest, binary?)]

  def normalize_modes([:read_ahead | rest], binary?),
    do: [{:read_ahead, 65_536} | normalize_modes(rest, binary?)]

  def normalize_modes([:charlist | rest], _binary?), do: normalize_modes(rest, false)
  def normalize_modes([mode | rest], binary?), do: [mode | normalize_modes(rest, binary?)]
  def normalize_modes([], true), do: [:binary]
  def normalize_modes([], false), do: []

  defp bang(:ok, _action, _path), do: :ok

  defp bang({:error, reason}, action, path) do
    raise File.Error, reason: reason, action: action, path: to_path(path)
  end

  defp value!({:ok, value}, _action, _path), do: value

  defp value!({:error, reason}, action, path) do
    raise File.Error, reason: reason, action: action, path: to_path(path)
  end
end
