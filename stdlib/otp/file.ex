# The Erlang file module over the file natives. A raw file is {:file_descriptor, :cordial_file, fd};
# any other open file is a process.
defmodule :file do
  @moduledoc false

  # Names may be binaries, charlists, atoms or deep lists of them; natives take binaries.
  def path(name) when :erlang.is_binary(name), do: no_null(name)
  def path(name) when :erlang.is_atom(name), do: :erlang.atom_to_binary(name)

  def path(name) when :erlang.is_list(name) do
    case :unicode.characters_to_binary(deep(name)) do
      binary when :erlang.is_binary(binary) -> no_null(binary)
      _ -> :erlang.error(:badarg)
    end
  end

  def path(_), do: :erlang.error(:badarg)

  defp deep([head | tail]) when :erlang.is_atom(head) and head != [],
    do: [:erlang.atom_to_list(head) | deep(tail)]

  defp deep([head | tail]) when :erlang.is_list(head), do: [deep(head) | deep(tail)]
  defp deep([head | tail]), do: [head | deep(tail)]
  defp deep(other), do: other

  defp no_null(binary) do
    case :binary.match(binary, <<0>>) do
      :nomatch -> binary
      _ -> :erlang.throw(:null_in_path)
    end
  end

  # Runs a native on a checked path.
  defp on(name, fun) do
    try do
      path(name)
    catch
      :throw, :null_in_path -> {:error, :badarg}
      :error, :badarg -> {:error, :badarg}
    else
      path -> fun.(path)
    end
  end

  def read_file(name), do: on(name, &:cordial_file.read/1)
  def read_file(name, _options), do: read_file(name)
  def write_file(name, bytes), do: write_file(name, bytes, [])

  def write_file(name, bytes, modes) do
    on(name, fn path ->
      case to_bytes(bytes) do
        {:ok, data} ->
          cond do
            :lists.member(:append, modes) -> :cordial_file.append(path, data)
            :lists.member(:exclusive, modes) -> write_new(path, data)
            :lists.member(:read, modes) -> write_over(path, data)
            true -> :cordial_file.write(path, data)
          end

        :error ->
          {:error, :badarg}
      end
    end)
  end

  defp to_bytes(data) do
    try do
      {:ok, :erlang.iolist_to_binary(data)}
    catch
      :error, _ -> :error
    end
  end

  defp write_new(path, data), do: through(path, [:write, :exclusive], data)
  defp write_over(path, data), do: through(path, [:read, :write], data)

  defp through(path, modes, data) do
    case :cordial_file.open(path, modes) do
      {:ok, fd} ->
        result = :cordial_file.fd_write(fd, data)
        :cordial_file.close(fd)
        result

      error ->
        error
    end
  end

  # --- open files ------------------------------------------------------------------------------

  def open(data, [:ram | _] = modes), do: open_ram(data, modes)

  def open(name, modes) when :erlang.is_list(modes) do
    on(name, fn path ->
      modes = normal_modes(modes)

      case :lists.member(:raw, modes) do
        true ->
          case :cordial_file.open(path, modes) do
            {:ok, fd} -> {:ok, {:file_descriptor, :cordial_file, fd}}
            error -> error
          end

        false ->
          :file_io_server.start(:erlang.self(), path, modes)
      end
    end)
  end

  def open(name, mode), do: open(name, [mode])

  # A file in memory is one that has no name: it goes when it is closed.
  defp open_ram(data, _modes) do
    path = "/tmp/ram-" <> :erlang.integer_to_binary(:erlang.unique_integer([:positive])) <> "-" <> :erlang.list_to_binary(:os.getpid())

    case :cordial_file.open(path, [:read, :write, :exclusive]) do
      {:ok, fd} ->
        :cordial_file.rm(path)
        :ok = :cordial_file.fd_write(fd, data)
        {:ok, 0} = :cordial_file.position(fd, {:bof, 0})
        {:ok, {:file_descriptor, :ram_file, fd}}

      error ->
        error
    end
  end

  defp normal_modes(modes) do
    case :lists.any(fn m -> :lists.member(m, [:read, :write, :append, :exclusive]) end, modes) do
      true -> if :lists.member(:exclusive, modes), do: [:write | modes], else: modes
      false -> [:read | modes]
    end
  end

  def close({:file_descriptor, _, fd}), do: :cordial_file.close(fd)

  def close(pid) when :erlang.is_pid(pid) do
    case file_request(pid, :close) do
      {:error, :terminated} -> :ok
      other -> other
    end
  end

  def close(_), do: {:error, :badarg}

  defp file_request(pid, request) do
    mref = :erlang.monitor(:process, pid)
    :erlang.send(pid, {:file_request, :erlang.self(), mref, request})

    receive do
      {:file_reply, ^mref, reply} ->
        :erlang.demonitor(mref, [:flush])
        reply

      {:DOWN, ^mref, _, _, _} ->
        {:error, :terminated}
    end
  end

  def read({:file_descriptor, _, fd}, n), do: :cordial_file.fd_read(fd, n)

  def read(device, n) when :erlang.is_integer(n) and n >= 0,
    do: got(:io.request(device, {:get_chars, :latin1, :"", n}))

  def read(_, _), do: {:error, :badarg}

  # A carriage return before the newline is dropped.
  def read_line({:file_descriptor, _, fd}), do: plain_end(:cordial_file.fd_read_line(fd))
  def read_line(device), do: got(:io.request(device, {:get_line, :latin1, :""}))

  def plain_end({:ok, line} = ok) do
    size = :erlang.byte_size(line) - 2

    case line do
      <<text::binary-size(size), "\r\n">> when size >= 0 -> {:ok, <<text::binary, "\n">>}
      _ -> ok
    end
  end

  def plain_end(other), do: other

  defp got(data) when :erlang.is_binary(data) or :erlang.is_list(data), do: {:ok, data}
  defp got(other), do: other

  def write({:file_descriptor, _, fd}, bytes) do
    case to_bytes(bytes) do
      {:ok, data} -> :cordial_file.fd_write(fd, data)
      :error -> {:error, :badarg}
    end
  end

  def write(device, bytes) do
    case to_bytes(bytes) do
      {:ok, data} -> :io.request(device, {:put_chars, :latin1, data})
      :error -> {:error, :badarg}
    end
  end

  def position({:file_descriptor, _, fd}, at),
    do: :cordial_file.position(fd, :file_io_server.position(at))

  def position(pid, at), do: file_request(pid, {:position, at})
  def truncate({:file_descriptor, _, fd}), do: :cordial_file.truncate(fd)
  def truncate(pid), do: file_request(pid, :truncate)
  def sync({:file_descriptor, _, fd}), do: :cordial_file.sync(fd)
  def sync(pid), do: file_request(pid, :sync)
  def datasync(file), do: sync(file)
  def pread({:file_descriptor, _, fd}, at, n), do: :cordial_file.pread(fd, offset(at), n)
  def pread(pid, at, n), do: file_request(pid, {:pread, offset(at), n})

  def pread(file, list) do
    {:ok,
     :lists.map(
       fn {at, n} ->
         case pread(file, at, n) do
           {:ok, data} -> data
           other -> other
         end
       end,
       list
     )}
  end

  def pwrite({:file_descriptor, _, fd}, at, bytes), do: :cordial_file.pwrite(fd, offset(at), bytes)
  def pwrite(pid, at, bytes), do: file_request(pid, {:pwrite, offset(at), bytes})

  defp offset({:bof, n}), do: n
  defp offset(:bof), do: 0
  defp offset(n), do: n

  # --- directories and names -------------------------------------------------------------------

  def list_dir(name) do
    case on(name, &:cordial_file.list_dir/1) do
      {:ok, names} -> {:ok, :lists.map(&:unicode.characters_to_list/1, names)}
      error -> error
    end
  end

  def list_dir_all(name), do: list_dir(name)
  def make_dir(name), do: on(name, &:cordial_file.mkdir/1)
  def del_dir(name), do: on(name, &:cordial_file.rmdir/1)
  def delete(name), do: on(name, &:cordial_file.rm/1)
  def delete(name, _options), do: delete(name)

  def del_dir_r(name) do
    on(name, fn path ->
      case :cordial_file.lstat(path) do
        {:ok, stat} when :erlang.element(2, stat) == :directory ->
          {:ok, names} = :cordial_file.list_dir(path)
          :lists.foreach(fn n -> del_dir_r(<<path::binary, "/", n::binary>>) end, names)
          :cordial_file.rmdir(path)

        {:ok, _} ->
          :cordial_file.rm(path)

        error ->
          error
      end
    end)
  end

  def rename(from, to), do: on(from, fn a -> on(to, fn b -> :cordial_file.rename(a, b) end) end)
  def make_link(from, to), do: on(from, fn a -> on(to, fn b -> :cordial_file.link(a, b) end) end)
  def make_symlink(from, to), do: on(from, fn a -> on(to, fn b -> :cordial_file.symlink(a, b) end) end)

  def read_link(name) do
    case on(name, &:cordial_file.read_link/1) do
      {:ok, target} -> {:ok, :unicode.characters_to_list(target)}
      error -> error
    end
  end

  def read_link_all(name), do: read_link(name)

  def get_cwd do
    case :cordial_file.cwd() do
      {:ok, path} -> {:ok, :unicode.characters_to_list(path)}
      error -> error
    end
  end

  def set_cwd(name), do: on(name, &:cordial_file.set_cwd/1)

  # copy(source, destination[, bytes]): names, {name, modes} or open files.
  def copy(from, to), do: copy(from, to, :infinity)

  def copy(from, to, limit) do
    with_file(from, [:read, :raw, :binary], fn source ->
      with_file(to, [:write, :raw, :binary], fn dest -> copy_bytes(source, dest, limit, 0) end)
    end)
  end

  defp with_file({:file_descriptor, _, _} = file, _modes, fun), do: fun.(file)
  defp with_file(pid, _modes, fun) when :erlang.is_pid(pid), do: fun.(pid)

  defp with_file({name, extra}, modes, fun),
    do: with_file(name, :lists.usort([:raw, :binary | extra] ++ if(extra == [], do: modes, else: [])), fun)

  defp with_file(name, modes, fun) do
    case open(name, modes) do
      {:ok, file} ->
        try do
          fun.(file)
        after
          close(file)
        end

      error ->
        error
    end
  end

  defp copy_bytes(source, dest, limit, done) do
    n = if limit == :infinity, do: 65_536, else: :erlang.min(65_536, limit - done)

    case n > 0 and read(source, n) do
      {:ok, data} ->
        data = :erlang.iolist_to_binary(data)

        case write(dest, data) do
          :ok -> copy_bytes(source, dest, limit, done + :erlang.byte_size(data))
          error -> error
        end

      {:error, _} = error ->
        error

      _ ->
        {:ok, done}
    end
  end

  # --- what a file is --------------------------------------------------------------------------

  def read_file_info(name), do: read_file_info(name, [])
  def read_file_info(name, options), do: info(on(name, &:cordial_file.stat/1), options)
  def read_link_info(name), do: read_link_info(name, [])
  def read_link_info(name, options), do: info(on(name, &:cordial_file.lstat/1), options)

  defp info({:ok, stat}, options) do
    {size, type, access, atime, mtime, ctime, mode, links, major, minor, inode, uid, gid} = stat

    t =
      case :lists.keyfind(:time, 1, options) do
        {_, :posix} -> fn s -> s end
        {_, :universal} -> fn s -> :calendar.system_time_to_universal_time(s, :second) end
        _ -> fn s -> :calendar.system_time_to_local_time(s, :second) end
      end

    {:ok,
     {:file_info, size, type, access, t.(atime), t.(mtime), t.(ctime), mode, links, major, minor,
      inode, uid, gid}}
  end

  defp info(error, _options), do: error

  def write_file_info(name, info), do: write_file_info(name, info, [])

  def write_file_info(name, info, options) do
    {:file_info, _, _, _, atime, mtime, _, mode, _, _, _, _, uid, gid} = info

    on(name, fn path ->
      steps = [
        fn -> if :erlang.is_integer(mode), do: :cordial_file.chmod(path, mode), else: :ok end,
        fn ->
          case :erlang.is_integer(uid) or :erlang.is_integer(gid) do
            true -> :cordial_file.chown(path, id(uid), id(gid))
            false -> :ok
          end
        end,
        fn ->
          case mtime == :undefined and atime == :undefined do
            true ->
              :ok

            false ->
              m = posix(mtime, options)
              a = if atime == :undefined, do: m, else: posix(atime, options)
              :cordial_file.touch(path, a, if(mtime == :undefined, do: a, else: m))
          end
        end
      ]

      steps(steps)
    end)
  end

  defp steps([]), do: :ok

  defp steps([step | rest]) do
    case step.() do
      :ok -> steps(rest)
      error -> error
    end
  end

  defp id(n) when :erlang.is_integer(n), do: n
  defp id(_), do: -1

  defp posix(s, _options) when :erlang.is_integer(s), do: s
  defp posix(:undefined, _), do: 0

  defp posix(datetime, options) do
    utc =
      case :lists.keyfind(:time, 1, options) do
        {_, :universal} -> datetime
        _ -> :erlang.localtime_to_universaltime(datetime)
      end

    :calendar.datetime_to_gregorian_seconds(utc) - 62_167_219_200
  end

  def change_mode(name, mode), do: on(name, fn path -> :cordial_file.chmod(path, mode) end)
  def change_owner(name, uid), do: on(name, fn path -> :cordial_file.chown(path, uid, -1) end)
  def change_owner(name, uid, gid), do: on(name, fn path -> :cordial_file.chown(path, uid, gid) end)
  def change_group(name, gid), do: on(name, fn path -> :cordial_file.chown(path, -1, gid) end)
  def change_time(name, mtime), do: change_time(name, mtime, mtime)

  def change_time(name, atime, mtime),
    do: on(name, fn path -> :cordial_file.touch(path, posix(atime, []), posix(mtime, [])) end)

  def native_name_encoding, do: :utf8

  # Terms in Erlang's syntax, one after the other, each ended by a full stop.
  def consult(name) do
    case read_file(name) do
      {:ok, text} -> :erl_parse.consult(text)
      error -> error
    end
  end

  @texts %{
    eacces: "permission denied",
    eagain: "resource temporarily unavailable",
    ebadf: "bad file number",
    ebusy: "file busy",
    edquot: "disk quota exceeded",
    eexist: "file already exists",
    efault: "bad address in system call argument",
    efbig: "file too large",
    eintr: "interrupted system call",
    einval: "invalid argument",
    eio: "I/O error",
    eisdir: "illegal operation on a directory",
    eloop: "too many levels of symbolic links",
    emfile: "too many open files",
    emlink: "too many links",
    enametoolong: "file name too long",
    enfile: "file table overflow",
    enodev: "no such device",
    enoent: "no such file or directory",
    enomem: "not enough memory",
    enospc: "no space left on device",
    enotblk: "block device required",
    enotdir: "not a directory",
    enotempty: "directory not empty",
    enotsup: "operation not supported",
    enxio: "no such device or address",
    eperm: "not owner",
    epipe: "broken pipe",
    erofs: "read-only file system",
    espipe: "invalid seek",
    esrch: "no such process",
    estale: "stale remote file handle",
    exdev: "cross-domain link"
  }

  def format_error(:badarg), do: ~c"bad argument"
  def format_error(:system_limit), do: ~c"a system limit was hit, probably not enough ports"
  def format_error(:terminated), do: ~c"the file server process is terminated"
  def format_error(:no_translation), do: ~c"no translation"

  def format_error(reason) when :erlang.is_atom(reason) do
    case @texts do
      %{^reason => text} -> :erlang.binary_to_list(text)
      _ -> ~c"unknown POSIX error"
    end
  end

  def format_error({_line, mod, reason}) when :erlang.is_atom(mod), do: mod.format_error(reason)
  def format_error(_), do: ~c"unknown POSIX error"
end
