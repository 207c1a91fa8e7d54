defmodule :io_lib do
  @moduledoc false
  # Erlang's text output: formats, terms as text, predicates over characters.

  def format(format, args), do: fwrite(format, args)
  def format(format, args, _options), do: fwrite(format, args)
  def fwrite(format, args, _options), do: fwrite(format, args)

  def fwrite(format, args) do
    :cordial_format.format(format, args)
  catch
    :error, reason when reason != :badarg -> :erlang.error(:badarg, [format, args])
  end

  def scan_format(format, args), do: :cordial_format.scan(format, args)
  def unscan_format(parts), do: :cordial_format.unscan(parts)
  def build_text(parts), do: :cordial_format.build(parts)
  def build_text(parts, _options), do: :cordial_format.build(parts)

  def write(term), do: write(term, -1)
  def write(term, options) when is_list(options), do: write(term, :proplists.get_value(:depth, options, -1))
  def write(term, depth), do: :cordial_pretty.flat(term, depth, false, :latin1)
  def write(term, depth, _pretty), do: write(term, depth)

  def print(term), do: print(term, 1, 80, -1)
  def print(term, column, line_length, depth), do: :cordial_pretty.pretty(term, column, line_length, depth, :latin1)

  def limit_term(term, depth), do: limit(term, depth)

  defp limit(_term, 0), do: :...
  defp limit(list, depth) when is_list(list), do: limit_list(list, depth)

  defp limit(tuple, depth) when is_tuple(tuple) do
    :erlang.list_to_tuple(limit_elements(:erlang.tuple_to_list(tuple), depth))
  end

  defp limit(term, _depth), do: term

  defp limit_list([head | tail], depth) when depth > 1, do: [limit(head, depth - 1) | limit_list(tail, depth - 1)]
  defp limit_list([_ | _], _depth), do: :...
  defp limit_list(tail, _depth), do: tail

  defp limit_elements([head | tail], depth) when depth > 1, do: [limit(head, depth - 1) | limit_elements(tail, depth - 1)]
  defp limit_elements([_ | _], _depth), do: [:...]
  defp limit_elements([], _depth), do: []

  def write_atom(atom), do: :erlang.binary_to_list(:cordial_pretty.atom(atom, :unicode)) |> characters()
  def write_atom_as_latin1(atom), do: write_atom(atom)
  def quote_atom(atom, _chars), do: hd(write_atom(atom)) == ?'

  def write_string(string), do: write_string(string, ?")
  def write_string(string, quote), do: characters(:cordial_pretty.quoted(string, quote, :unicode))
  def write_unicode_string(string), do: write_string(string)
  def write_latin1_string(string), do: write_string(string)
  def write_latin1_string(string, quote), do: write_string(string, quote)
  def write_string_as_latin1(string), do: write_string_as_latin1(string, ?")
  def write_string_as_latin1(string, quote), do: characters(:cordial_pretty.quoted(string, quote, :latin1))

  def write_char(char), do: [?$ | characters(:cordial_pretty.escaped([char], ?', :unicode))]
  def write_unicode_char(char), do: write_char(char)
  def write_latin1_char(char), do: write_char(char)
  def write_char_as_latin1(char), do: write_char(char)
  def write_binary(binary, depth, _encoding), do: :cordial_pretty.flat(binary, depth, false, :latin1)

  defp characters(text), do: :unicode.characters_to_list(text)

  def nl, do: ~c"\n"

  def format_prompt(prompt), do: format_prompt(prompt, :latin1)
  def format_prompt({:format, format, args}, _encoding), do: fwrite(format, args)
  def format_prompt(prompt, _encoding) when is_list(prompt) or is_atom(prompt) or is_binary(prompt), do: fwrite(~c"~ts", [prompt])
  def format_prompt(prompt, _encoding), do: fwrite(~c"~tp", [prompt])

  def indentation([?\n | rest], _n), do: indentation(rest, 0)
  def indentation([?\t | rest], n), do: indentation(rest, div(n + 8, 8) * 8)
  def indentation([char | rest], n) when is_integer(char), do: indentation(rest, n + 1)
  def indentation([list | rest], n), do: indentation(rest, indentation(list, n))
  def indentation([], n), do: n

  def chars_length(chars), do: length(:unicode.characters_to_list(chars))

  ## Predicates

  def char_list([char | rest]) when is_integer(char) and char in 0..0x10FFFF and char not in 0xD800..0xDFFF, do: char_list(rest)
  def char_list([]), do: true
  def char_list(_), do: false

  def latin1_char_list([char | rest]) when is_integer(char) and char in 0..255, do: latin1_char_list(rest)
  def latin1_char_list([]), do: true
  def latin1_char_list(_), do: false

  def deep_char_list(list), do: deep(list, 0x10FFFF)
  def deep_unicode_char_list(list), do: deep(list, 0x10FFFF)
  def deep_latin1_char_list(list), do: deep(list, 255)

  defp deep([head | tail], max) when is_list(head), do: deep(head, max) and deep(tail, max)
  defp deep([char | tail], max) when is_integer(char) and char in 0..max//1, do: deep(tail, max)
  defp deep([], _max), do: true
  defp deep(_, _max), do: false

  def printable_list(list), do: printable_latin1_list(list)

  def printable_latin1_list([char | rest])
      when is_integer(char) and (char in 32..126 or char in 160..255 or char in 8..13 or char == 27) do
    printable_latin1_list(rest)
  end

  def printable_latin1_list([]), do: true
  def printable_latin1_list(_), do: false

  def printable_unicode_list([char | rest])
      when is_integer(char) and
             (char in 32..126 or (char in 0xA0..0xD7FF) or (char in 0xE000..0xFFFD) or char in 0x10000..0x10FFFF or
                char in 8..13 or char == 27) do
    printable_unicode_list(rest)
  end

  def printable_unicode_list([]), do: true
  def printable_unicode_list(_), do: false

  ## Input

  def fread(format, string), do: :cordial_format.fread(format, string)

  def collect_chars(_tag, data, n), do: collect_chars(:start, data, :latin1, n)
  def collect_chars(:start, :eof, _encoding, _n), do: {:stop, :eof, []}

  def collect_chars(:start, data, _encoding, n) do
    {taken, rest} = :lists.split(min(n, length(data)), data)
    {:stop, taken, rest}
  end

  def collect_line(_tag, data, _x), do: collect_line(:start, data, :latin1, [])
  def collect_line(:start, :eof, _encoding, _x), do: {:stop, :eof, []}

  def collect_line(:start, data, _encoding, _x) do
    case :lists.splitwith(&(&1 != ?\n), data) do
      {line, [?\n | rest]} -> {:stop, line ++ ~c"\n", rest}
      {line, []} -> {:stop, line, []}
    end
  end

  def get_until(_continuation, data, {module, function, args}), do: apply(module, function, [[], data | args])
  def get_until(_continuation, data, _encoding, {module, function, args}), do: apply(module, function, [[], data | args])
end
