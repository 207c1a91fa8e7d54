# Names of files, in whatever shape (binary or charlist) they come.
defmodule :filename do
  @moduledoc false

  defp bin(name) when :erlang.is_binary(name), do: name
  defp bin(name), do: :file.path(name)

  # The result has the shape of the argument.
  defp like(name, result) when :erlang.is_binary(name), do: result
  defp like(_name, result), do: :unicode.characters_to_list(result)

  def absname(name), do: like(name, Path.absname(bin(name)))
  def absname(name, dir), do: like(name, Path.absname(bin(name), bin(dir)))
  def absname_join(dir, name), do: join(dir, name)
  def basename(name), do: like(name, Path.basename(bin(name)))
  def basename(name, ext), do: like(name, Path.basename(bin(name), bin(ext)))
  def dirname(name), do: like(name, Path.dirname(bin(name)))
  def extension(name), do: like(name, Path.extname(bin(name)))
  def rootname(name), do: like(name, Path.rootname(bin(name)))
  def rootname(name, ext), do: like(name, Path.rootname(bin(name), bin(ext)))
  def split(name), do: :lists.map(fn part -> like(name, part) end, Path.split(bin(name)))
  def pathtype(name), do: Path.type(bin(name))
  def flatten(name) when :erlang.is_binary(name), do: name

  def flatten(name) do
    :lists.flatten(
      :lists.map(fn part -> if :erlang.is_atom(part), do: :erlang.atom_to_list(part), else: part end, :lists.flatten([name]))
    )
  end

  def nativename(name), do: like(name, Path.join([bin(name)]))

  def join([name]), do: like(name, Path.join([bin(name)]))
  def join([name | _] = names), do: like(name, joined(:lists.map(&bin/1, names)))
  def join(a, b) when :erlang.is_binary(a) or :erlang.is_binary(b), do: joined([bin(a), bin(b)])
  def join(a, b), do: :unicode.characters_to_list(joined([bin(a), bin(b)]))

  # Unlike Path.join, an absolute part starts anew.
  defp joined([a, b | rest]) do
    case b do
      <<"/", _::binary>> -> joined([b | rest])
      "" -> joined([a | rest])
      _ -> joined([Path.join(a, b) | rest])
    end
  end

  defp joined([a]), do: Path.join([a])
  def safe_relative_path(name), do: safe(Path.safe_relative(bin(name)), name)

  defp safe({:ok, path}, name), do: like(name, path)
  defp safe(:error, _name), do: :unsafe
end
