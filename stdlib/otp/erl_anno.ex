defmodule :erl_anno do
  @moduledoc false
  # Places in source text: a line, a `{line, column}`, or a list of facts.

  def new(location), do: location
  def is_anno(anno), do: is_integer(anno) or is_tuple(anno) or is_list(anno)
  def to_term(anno), do: anno
  def from_term(term), do: term

  def location(anno) when is_list(anno), do: :proplists.get_value(:location, anno)
  def location(anno), do: anno

  def line(anno) do
    case location(anno) do
      {line, _} -> line
      line -> line
    end
  end

  def column(anno) do
    case location(anno) do
      {_, column} -> column
      _ -> :undefined
    end
  end

  def file(anno), do: fact(:file, anno, :undefined)
  def text(anno), do: fact(:text, anno, :undefined)
  def generated(anno), do: fact(:generated, anno, false)
  def record(anno), do: fact(:record, anno, false)
  def end_location(_anno), do: :undefined

  defp fact(key, anno, default) when is_list(anno), do: :proplists.get_value(key, anno, default)
  defp fact(_key, _anno, default), do: default

  def set_file(file, anno), do: set(:file, file, anno)
  def set_text(text, anno), do: set(:text, text, anno)
  def set_generated(generated, anno), do: set(:generated, generated, anno)
  def set_record(record, anno), do: set(:record, record, anno)
  def set_location(location, anno) when is_list(anno), do: set(:location, location, anno)
  def set_location(location, _anno), do: location

  def set_line(line, anno) do
    case location(anno) do
      {_, column} -> set_location({line, column}, anno)
      _ -> set_location(line, anno)
    end
  end

  defp set(key, value, anno) when is_list(anno), do: :lists.keystore(key, 1, anno, {key, value})
  defp set(key, value, anno), do: [{:location, anno}, {key, value}]
end
