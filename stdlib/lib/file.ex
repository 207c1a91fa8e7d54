defmodule File do
  @moduledoc """
  Files and directories.

  Functions answer `:ok`, `{:ok, value}` or `{:error, reason}` with a POSIX reason; those with `!` raise.
  """

  alias File.Tree

  @type posix :: :file.posix()
  @type io_device :: :file.io_device()
  @type mode :: atom | tuple
  @type stat_options :: [time: :local | :universal | :posix]

  # The value of a result; an error raises with what was to be done.
  defp done!(:ok, _action, _path), do: :ok
  defp done!({:ok, value}, _action, _path), do: value

  defp done!({:error, reason}, action, path) do
    raise File.Error, reason: reason, action: action, path: name(path)
  end

  # The same for what concerns two files.
  defp both!(result, error, action, fields)
  defp both!(:ok, _error, _action, _fields), do: :ok
  defp both!({:ok, value}, _error, _action, _fields), do: value

  defp both!({:error, reason}, error, action, fields), do: raise(error, [reason: reason, action: action] ++ fields)

  defp both!({:error, reason, on}, error, action, fields) do
    raise error, [reason: reason, action: action, on: on] ++ fields
  end

  defp name(path), do: IO.chardata_to_string(path)
  defp from_to(source, destination), do: [source: name(source), destination: name(destination)]

  ## What is there

  @doc "True for a file that is no folder, device or the like; links are followed."
  def regular?(path, _opts \\ []), do: type(path) == :regular

  @doc "True for a folder; links are followed."
  def dir?(path, _opts \\ []), do: type(path) == :directory

  @doc "True if anything has that name."
  def exists?(path, _opts \\ []), do: type(path) != :none

  defp type(path), do: :cordial_file.type(name(path))

  @doc "What is known of a file; the option `:time` says how times are given, `:universal` if not told."
  def stat(path, opts \\ []), do: info(&:file.read_file_info/2, path, opts)

  @doc "`stat/2` that raises."
  def stat!(path, opts \\ []), do: done!(stat(path, opts), "read file stats", path)

  @doc "`stat/2` of a link itself."
  def lstat(path, opts \\ []), do: info(&:file.read_link_info/2, path, opts)

  @doc "`lstat/2` that raises."
  def lstat!(path, opts \\ []), do: done!(lstat(path, opts), "read file stats", path)

  defp info(read, path, opts) do
    with {:ok, record} <- read.(name(path), timed(opts)), do: {:ok, File.Stat.from_record(record)}
  end

  defp timed(opts), do: Keyword.put_new(opts, :time, :universal)

  @doc "Sets mode, owner and times."
  def write_stat(path, %File.Stat{} = stat, opts \\ []) do
    path |> name() |> :file.write_file_info(File.Stat.to_record(stat), timed(opts))
  end

  @doc "`write_stat/3` that raises."
  def write_stat!(path, %File.Stat{} = stat, opts \\ []), do: done!(write_stat(path, stat, opts), "write file stats", path)

  @doc "Sets the times of a file, which is made if it is not there."
  def touch(path, time \\ System.os_time(:second))

  def touch(path, {{_, _, _}, {_, _, _}} = time) do
    touch(path, :calendar.datetime_to_gregorian_seconds(time) - Calendar.ISO.__unix_epoch__())
  end

  def touch(path, time) when is_integer(time) do
    path = name(path)

    with {:error, :enoent} <- :cordial_file.touch(path, time, time),
         :ok <- write(path, "", [:append]),
         do: :cordial_file.touch(path, time, time)
  end

  @doc "`touch/2` that raises."
  def touch!(path, time \\ System.os_time(:second)), do: done!(touch(path, time), "touch", path)

  @doc "Sets the mode bits."
  def chmod(path, mode), do: :file.change_mode(name(path), mode)

  @doc "`chmod/2` that raises."
  def chmod!(path, mode), do: done!(chmod(path, mode), "change mode for", path)

  @doc "Sets the group."
  def chgrp(path, gid), do: :file.change_group(name(path), gid)

  @doc "`chgrp/2` that raises."
  def chgrp!(path, gid), do: done!(chgrp(path, gid), "change group for", path)

  @doc "Sets the owner."
  def chown(path, uid), do: :file.change_owner(name(path), uid)

  @doc "`chown/2` that raises."
  def chown!(path, uid), do: done!(chown(path, uid), "change owner for", path)

  ## Folders

  @doc "Makes a folder."
  def mkdir(path), do: :file.make_dir(name(path))

  @doc "`mkdir/1` that raises."
  def mkdir!(path), do: done!(mkdir(path), "make directory", path)

  @doc "Makes a folder and those above it; none of them need be new."
  def mkdir_p(path), do: path |> name() |> Tree.make()

  @doc "`mkdir_p/1` that raises."
  def mkdir_p!(path), do: done!(mkdir_p(path), "make directory (with -p)", path)

  @doc "The names in a folder, in no order."
  def ls(path \\ "."), do: :cordial_file.list_dir(name(path))

  @doc "`ls/1` that raises."
  def ls!(path \\ "."), do: done!(ls(path), "list directory", path)

  @doc "The folder that relative paths begin in."
  def cwd, do: :cordial_file.cwd()

  @doc "`cwd/0` that raises."
  def cwd! do
    with {:error, reason} <- cwd() do
      raise File.Error, reason: reason, action: "get current working directory"
    else
      {:ok, path} -> path
    end
  end

  @doc "Goes to a folder; this holds for all processes."
  def cd(path), do: :file.set_cwd(name(path))

  @doc "`cd/1` that raises."
  def cd!(path), do: done!(cd(path), "set current working directory to", path)

  @doc "Goes to a folder for as long as the function runs, and returns its value."
  def cd!(path, function) do
    home = cwd!()
    cd!(path)

    try do
      function.()
    after
      cd!(home)
    end
  end

  ## Links

  @doc "Makes a hard link `new`."
  def ln(existing, new), do: :file.make_link(name(existing), name(new))

  @doc "`ln/2` that raises."
  def ln!(existing, new), do: linked!(ln(existing, new), "create hard link", existing, new)

  @doc "Makes a symbolic link `new`."
  def ln_s(existing, new), do: :file.make_symlink(name(existing), name(new))

  @doc "`ln_s/2` that raises."
  def ln_s!(existing, new), do: linked!(ln_s(existing, new), "create symlink", existing, new)

  defp linked!(result, action, existing, new) do
    both!(result, File.LinkError, action, existing: name(existing), new: name(new))
  end

  @doc "What a symbolic link leads to."
  def read_link(path) do
    with {:ok, target} <- :file.read_link(name(path)), do: {:ok, name(target)}
  end

  @doc "`read_link/1` that raises."
  def read_link!(path), do: done!(read_link(path), "read link", path)

  ## Copying, renaming, removing

  @doc "Copies bytes, at most `bytes_count`, between files or devices; `{:ok, how_many}`."
  def copy(source, destination, bytes_count \\ :infinity), do: :file.copy(end_point(source), end_point(destination), bytes_count)

  @doc "`copy/3` that raises."
  def copy!(source, destination, bytes_count \\ :infinity) do
    ends = [source: end_point(source), destination: end_point(destination)]
    both!(copy(source, destination, bytes_count), File.CopyError, "copy", ends)
  end

  defp end_point(path) when is_binary(path) or is_list(path), do: name(path)
  defp end_point(device), do: device

  @doc "Copies a file with its mode; the option `:on_conflict` is a function of both names that says whether to overwrite."
  def cp(source_file, destination_file, options \\ [])
  def cp(source, destination, fun) when is_function(fun, 2), do: cp(source, destination, on_conflict: fun)

  def cp(source, destination, options) when is_list(options) do
    case Tree.copy_file(name(source), name(destination), copying(options), []) do
      {:error, reason, _path} -> {:error, reason}
      _copied -> :ok
    end
  end

  @doc "`cp/3` that raises."
  def cp!(source_file, destination_file, options \\ []) do
    both!(cp(source_file, destination_file, options), File.CopyError, "copy", from_to(source_file, destination_file))
  end

  @doc """
  Copies a file or a folder with all in it: `{:ok, paths made}` or `{:error, reason, path}`.

  Options: `:on_conflict` as in `cp/3`, and `:dereference_symlinks` to copy what links lead to.
  """
  def cp_r(source, destination, options \\ [])
  def cp_r(source, destination, fun) when is_function(fun, 2), do: cp_r(source, destination, on_conflict: fun)

  def cp_r(source, destination, options) when is_list(options) do
    source |> name() |> Tree.copy(name(destination), copying(options)) |> paths()
  end

  @doc "`cp_r/3` that raises."
  def cp_r!(source, destination, options \\ []) do
    both!(cp_r(source, destination, options), File.CopyError, "copy recursively", from_to(source, destination))
  end

  defp copying(options) do
    %{
      replace?: Keyword.get(options, :on_conflict, fn _, _ -> true end),
      follow?: Keyword.get(options, :dereference_symlinks, false)
    }
  end

  defp paths(list) when is_list(list), do: {:ok, list}
  defp paths(error), do: error

  @doc "Gives a file or folder another name."
  def rename(source, destination), do: :file.rename(name(source), name(destination))

  @doc "`rename/2` that raises."
  def rename!(source, destination) do
    both!(rename(source, destination), File.RenameError, "rename", from_to(source, destination))
  end

  @doc "Removes a file."
  def rm(path), do: :file.delete(name(path))

  @doc "`rm/1` that raises."
  def rm!(path), do: done!(rm(path), "remove file", path)

  @doc "Removes an empty folder."
  def rmdir(path), do: :file.del_dir(name(path))

  @doc "`rmdir/1` that raises."
  def rmdir!(path), do: done!(rmdir(path), "remove directory", path)

  @doc "Removes a file or a folder with all in it: `{:ok, paths removed}` or `{:error, reason, path}`."
  def rm_rf(path), do: path |> name() |> Tree.remove() |> paths()

  @doc "`rm_rf/1` that raises."
  def rm_rf!(path) do
    case rm_rf(path) do
      {:ok, removed} -> removed
      {:error, reason, _on} -> done!({:error, reason}, "remove files and directories recursively from", path)
    end
  end

  ## Contents

  @doc "The bytes of a file."
  def read(path), do: :file.read_file(name(path))

  @doc "`read/1` that raises."
  def read!(path), do: done!(read(path), "read file", path)

  @doc "Writes bytes to a file, which `modes` such as `:append` open."
  def write(path, content, modes \\ []) do
    case {for(mode <- modes(modes, []), mode != :binary, do: mode), utf8?(modes)} do
      {modes, false} -> :file.write_file(name(path), content, modes)
      {modes, true} -> with {:ok, text} <- encoded(content), do: :file.write_file(name(path), text, modes -- [encoding: :utf8])
    end
  end

  defp utf8?(modes), do: :utf8 in modes or {:encoding, :utf8} in modes

  # The bytes are taken for Latin-1.
  defp encoded(content) do
    {:ok, content |> IO.iodata_to_binary() |> :unicode.characters_to_binary(:latin1, :utf8)}
  rescue
    ArgumentError -> {:error, :badarg}
  end

  @doc "`write/3` that raises."
  def write!(path, content, modes \\ []), do: done!(write(path, content, modes), "write to file", path)

  @doc "Opens a file: `{:ok, device}`; a function instead of modes gets the device, which is closed afterwards."
  def open(path, modes_or_function \\ [])
  def open(path, function) when is_function(function, 1), do: open(path, [], function)
  def open(path, modes) when is_list(modes), do: path |> name() |> :file.open(modes(modes, [:binary]))

  @doc "Opens a file for as long as the function runs: `{:ok, its value}`."
  def open(path, modes, function) when is_list(modes) and is_function(function, 1) do
    with {:ok, device} <- open(path, modes) do
      try do
        {:ok, function.(device)}
      after
        :ok = close(device)
      end
    end
  end

  @doc "`open/2` that raises."
  def open!(path, modes_or_function \\ []), do: done!(open(path, modes_or_function), "open", path)

  @doc "`open/3` that raises."
  def open!(path, modes, function), do: done!(open(path, modes, function), "open", path)

  @doc "Closes a device."
  def close(io_device), do: :file.close(io_device)

  @doc "A stream of a file's lines, or of blocks of so many bytes; it can be collected into as well."
  def stream!(path, line_or_bytes_or_modes \\ :line)
  def stream!(path, modes) when is_list(modes), do: stream!(path, :line, modes)

  def stream!(path, line_or_bytes) when line_or_bytes == :line or (is_integer(line_or_bytes) and line_or_bytes > 0) do
    stream!(path, line_or_bytes, [])
  end

  @doc "`stream!/2` with modes, of which `:trim_bom`, `{:read_offset, n}` and an encoding concern the stream."
  def stream!(path, modes, line_or_bytes) when is_list(modes), do: stream!(path, line_or_bytes, modes)

  def stream!(path, line_or_bytes, modes)
      when is_list(modes) and (line_or_bytes == :line or (is_integer(line_or_bytes) and line_or_bytes > 0)) do
    File.Stream.__build__(name(path), line_or_bytes, modes(modes, [:binary]))
  end

  # Elixir's names of modes in Erlang's; `:charlist` takes back `:binary`.
  defp modes([], more), do: more
  defp modes([:charlist | rest], _more), do: modes(rest, [])
  defp modes([mode | rest], more), do: [mode(mode) | modes(rest, more)]

  defp mode(:utf8), do: {:encoding, :utf8}
  defp mode(:read_ahead), do: {:read_ahead, 65_536}
  defp mode(mode), do: mode
end
