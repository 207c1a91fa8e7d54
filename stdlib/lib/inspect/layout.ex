defmodule Inspect.Layout do
  @moduledoc false
  # From document to lines. The stack holds what is still to be written, each piece with
  # its indentation and how the breaks of its group are written: `:flat` or `:break`.
  # While looking ahead there are two more ways: `:locked` (flat whatever comes) and
  # `:open` (the next break ends the look).

  def format(doc, width), do: write([{0, :flat, doc}], 0, width)

  defp write([], _column, _width), do: []

  defp write([{indent, way, doc} | rest], column, width) do
    case doc do
      text when is_binary(text) -> [text | write(rest, column + byte_size(text), width)]
      {:doc_string, text, size} -> [text | write(rest, column + size, width)]
      :doc_nil -> write(rest, column, width)
      :doc_line -> newline(rest, indent, width)
      {:doc_cons, left, right} -> write([{indent, way, left}, {indent, way, right} | rest], column, width)
      {:doc_break, text, kind} -> break(kind, text, way, rest, indent, column, width)
      {:doc_group, inner, kind} -> write([{indent, group_way(kind, way, inner, indent, column, width), inner} | rest], column, width)
      {:doc_nest, inner, level, at} -> write([{nest(at, way, level, indent, column), way, inner} | rest], column, width)
      {:doc_color, inner, code} -> [code | write([{indent, way, inner} | rest], column, width)]
      {:doc_limit, inner, limit} -> limited(limit, {indent, way, inner}, rest, column, width)
      {:doc_collapse, max} -> collapse(write(rest, indent, width), max, 0, indent)
      {:doc_force, inner} -> write([{indent, way, inner} | rest], column, width)
      {:doc_fits, inner, _} -> write([{indent, way, inner} | rest], column, width)
      {:doc_late, lay_out} -> late(lay_out.(room(width, indent)), indent, rest, column, width)
    end
  end

  # The columns that lines of an indentation have.
  defp room(:infinity, _indent), do: :infinity
  defp room(width, indent), do: max(width - indent, 0)

  defp late(text, indent, rest, column, width) do
    text = text |> String.split("\n") |> Enum.intersperse(line(indent))
    [text | write(rest, end_column(text, column), width)]
  end

  defp newline(rest, indent, width), do: [line(indent) | write(rest, indent, width)]

  defp line(0), do: "\n"
  defp line(indent), do: "\n" <> :binary.copy(" ", indent)

  # A strict break goes with its group; a flexible one looks at what follows.
  defp break(:strict, _text, :break, rest, indent, _column, width), do: newline(rest, indent, width)

  defp break(:flex, text, :break, rest, indent, column, width) when width != :infinity do
    column = column + byte_size(text)
    if fits?(rest, column, width, true), do: [text | write(rest, column, width)], else: newline(rest, indent, width)
  end

  defp break(_kind, text, _way, rest, _indent, column, width), do: [text | write(rest, column + byte_size(text), width)]

  defp group_way(:inherit, :break, _inner, _indent, _column, _width), do: :break
  defp group_way(_kind, _way, _inner, _indent, _column, :infinity), do: :flat

  defp group_way(_kind, _way, inner, indent, column, width) do
    if fits?([{indent, :flat, inner}], column, width, false), do: :flat, else: :break
  end

  defp nest(:break, way, _level, indent, _column) when way != :break, do: indent
  defp nest(_at, _way, :cursor, _indent, column), do: column
  defp nest(_at, _way, :reset, _indent, _column), do: 0
  defp nest(_at, _way, level, indent, _column), do: indent + level

  # Without a limit a part is laid out as if the line had no end.
  defp limited(:infinity, part, rest, column, width) when width != :infinity do
    text = write([part], column, :infinity)
    [text | write(rest, end_column(text, column), width)]
  end

  defp limited(_limit, part, rest, column, width), do: write([part | rest], column, width)

  defp end_column(text, column) do
    case text |> IO.iodata_to_binary() |> String.split("\n") do
      [line] -> column + String.length(line)
      lines -> lines |> List.last() |> String.length()
    end
  end

  # Lines without text are merged into at most `max`.
  defp collapse(["\n" <> _ | rest], max, count, indent), do: collapse(rest, max, count + 1, indent)
  defp collapse(["" | rest], max, count, indent), do: collapse(rest, max, count, indent)

  defp collapse(rest, max, count, indent) do
    [:binary.copy("\n", min(max, count)), :binary.copy(" ", indent) | rest]
  end

  # Whether the stack fits up to its end or to a break that becomes a line. A line that
  # is too long counts only when a break has been passed.
  defp fits?(_stack, column, width, true) when column > width, do: false
  defp fits?([], _column, _width, _passed?), do: true
  defp fits?([{:passed, passed?} | rest], column, width, _inner), do: fits?(rest, column, width, passed?)

  defp fits?([{indent, way, doc} | rest], column, width, passed?) do
    case doc do
      text when is_binary(text) ->
        fits?(rest, column + byte_size(text), width, passed?)

      {:doc_string, _, size} ->
        fits?(rest, column + size, width, passed?)

      :doc_nil ->
        fits?(rest, column, width, passed?)

      :doc_line ->
        way in [:break, :open] or fits?(rest, indent, width, false)

      {:doc_break, text, _} ->
        way in [:break, :open] or fits?(rest, column + byte_size(text), width, true)

      {:doc_cons, left, right} ->
        fits?([{indent, way, left}, {indent, way, right} | rest], column, width, passed?)

      {:doc_group, inner, _} ->
        way = if way == :break, do: :flat, else: way
        fits?([{indent, way, inner}, {:passed, passed?} | rest], column, width, passed?)

      {:doc_nest, inner, _, :break} ->
        fits?([{indent, way, inner} | rest], column, width, passed?)

      {:doc_nest, inner, level, at} ->
        fits?([{nest(at, way, level, indent, column), way, inner} | rest], column, width, passed?)

      {:doc_force, inner} ->
        way == :open and fits?([{indent, way, inner} | rest], column, width, passed?)

      {:doc_fits, inner, mode} ->
        way = if mode == :disabled or way == :locked, do: :locked, else: :open
        fits?([{indent, way, inner} | rest], column, width, passed?)

      {:doc_color, inner, _} ->
        fits?([{indent, way, inner} | rest], column, width, passed?)

      {:doc_limit, inner, _} ->
        fits?([{indent, way, inner} | rest], column, width, passed?)

      {:doc_late, lay_out} ->
        column = column + String.length(lay_out.(:infinity))
        column <= width and fits?(rest, column, width, passed?)

      {:doc_collapse, _} ->
        fits?(rest, indent, width, passed?)
    end
  end
end
