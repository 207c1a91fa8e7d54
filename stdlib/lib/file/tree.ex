defmodule File.Tree do
  @moduledoc false
  # Whole trees of files: making the folders of a path, copying, removing.
  # Results are lists of paths, last one first, or `{:error, reason, path}`.

  @doc "Makes a folder and those above it: `:ok` or `{:error, reason}`."
  def make(path) do
    case {type(path), Path.dirname(path)} do
      {:directory, _} -> :ok
      {:regular, _} -> {:error, :eexist}
      {_, parent} when parent in [path, "."] -> make_one(path)
      {_, parent} -> make_below(make(parent), path)
    end
  end

  defp make_below(:ok, path), do: make_one(path)
  # A file stands where a folder should.
  defp make_below({:error, :eexist}, _path), do: {:error, :enotdir}
  defp make_below(error, _path), do: error

  # Another process may have been faster.
  defp make_one(path) do
    with {:error, :eexist} <- :file.make_dir(path) do
      if type(path) == :directory, do: :ok, else: {:error, :eexist}
    end
  end

  defp type(path), do: :cordial_file.type(path)

  @doc """
  Copies what `from` is to `to`. `how` has `replace?`, a function of both paths that is asked where something stands,
  and `follow?`, whether links are followed.
  """
  def copy(from, to, how, done \\ []) do
    case if(how.follow?, do: :cordial_file.stat(from), else: :cordial_file.lstat(from)) do
      {:ok, info} -> copy_kind(elem(info, 1), from, to, how, done)
      {:error, reason} -> {:error, reason, from}
    end
  end

  defp copy_kind(:regular, from, to, how, done), do: copy_file(from, to, how, done)

  defp copy_kind(:directory, from, to, how, done) do
    with {:ok, names} <- :cordial_file.list_dir(from),
         made when made in [:ok, {:error, :eexist}] <- :file.make_dir(to) do
      each(names, [to | done], &copy(Path.join(from, &1), Path.join(to, &1), how, &2))
    else
      {:error, reason} -> {:error, reason, from}
    end
  end

  defp copy_kind(:symlink, from, to, how, done) do
    with {:ok, target} <- :file.read_link(from),
         {:error, :eexist} <- :file.make_symlink(target, to),
         {:replace, true} <- {:replace, how.replace?.(from, to)},
         :ok <- :file.delete(to) do
      made(:file.make_symlink(target, to), from, to, done)
    else
      {:replace, _no} -> done
      made -> made(made, from, to, done)
    end
  end

  defp copy_kind(_other, from, _to, _how, _done), do: {:error, :eio, from}

  @doc "Copies one file, as `copy/4` does."
  def copy_file(from, to, how, done) do
    case type(to) do
      :directory -> {:error, :eisdir, from}
      :none -> made(:cordial_file.copy(from, to), from, to, done)
      _ -> if how.replace?.(from, to), do: made(:cordial_file.copy(from, to), from, to, done), else: done
    end
  end

  # What cannot be copied for being a folder says so.
  defp made({:error, :einval}, from, _to, _done), do: {:error, :eisdir, from}
  defp made({:error, reason}, from, _to, _done), do: {:error, reason, from}
  defp made(_made, _from, to, done), do: [to | done]

  @doc "Removes what is there, links themselves and not what they lead to."
  def remove(path, done \\ []) do
    case :cordial_file.lstat(path) do
      {:ok, info} when elem(info, 1) == :directory -> remove_folder(path, done)
      {:ok, _info} -> gone(:file.delete(path), path, done)
      {:error, reason} when reason in [:enoent, :enotdir] -> done
      {:error, reason} -> {:error, reason, path}
    end
  end

  defp remove_folder(path, done) do
    with {:ok, names} <- :cordial_file.list_dir(path),
         done when is_list(done) <- each(names, done, &remove(Path.join(path, &1), &2)) do
      gone(:file.del_dir(path), path, done)
    else
      {:error, reason} -> {:error, reason, path}
      error -> error
    end
  end

  # Another process may have been faster.
  defp gone({:error, :enoent}, _path, done), do: done
  defp gone({:error, reason}, path, _done), do: {:error, reason, path}
  defp gone(:ok, path, done), do: [path | done]

  # The first error ends it.
  defp each([name | names], done, fun) do
    with done when is_list(done) <- fun.(name, done), do: each(names, done, fun)
  end

  defp each([], done, _fun), do: done
end
