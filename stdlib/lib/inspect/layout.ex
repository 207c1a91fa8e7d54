defmodule Inspect.Layout do
  @moduledoc false
  # From document to lines. The work list holds {indentation, mode, document}; the mode
  # says whether the breaks of the group around it are `:flat` or `:break`.

  def format(doc, width), do: render(width, 0, [{0, :flat, doc}])

  defp render(_w, _k, []), do: []
  defp render(w, k, [{_, _, :doc_nil} | t]), do: render(w, k, t)
  defp render(w, _k, [{i, _, :doc_line} | t]), do: [newline(i) | render(w, i, t)]
  defp render(w, k, [{i, m, {:doc_cons, x, y}} | t]), do: render(w, k, [{i, m, x}, {i, m, y} | t])
  defp render(w, k, [{_, _, s} | t]) when is_binary(s), do: [s | render(w, k + byte_size(s), t)]
  defp render(w, k, [{_, _, {:doc_string, s, size}} | t]), do: [s | render(w, k + size, t)]
  defp render(w, k, [{i, m, {:doc_color, x, code}} | t]), do: [code | render(w, k, [{i, m, x} | t])]
  defp render(w, k, [{i, m, {:doc_force, x}} | t]), do: render(w, k, [{i, m, x} | t])
  defp render(w, k, [{i, m, {:doc_fits, x, _}} | t]), do: render(w, k, [{i, m, x} | t])
  defp render(w, k, [{i, m, {:doc_limit, x, limit}} | t]), do: limited(w, k, i, m, x, limit, t)
  defp render(w, _k, [{i, _, {:doc_collapse, max}} | t]), do: collapse(render(w, i, t), max, 0, i)

  defp render(w, k, [{i, m, {:doc_break, s, :flex}} | t]) do
    k = k + byte_size(s)

    if w == :infinity or m == :flat or fits?(w, k, true, t),
      do: [s | render(w, k, t)],
      else: [newline(i) | render(w, i, t)]
  end

  defp render(w, _k, [{i, :break, {:doc_break, _, :strict}} | t]), do: [newline(i) | render(w, i, t)]
  defp render(w, k, [{_, _, {:doc_break, s, :strict}} | t]), do: [s | render(w, k + byte_size(s), t)]

  defp render(w, k, [{i, m, {:doc_nest, x, level, when?}} | t]) do
    if when? == :always or m == :break,
      do: render(w, k, [{nested(i, k, level), m, x} | t]),
      else: render(w, k, [{i, m, x} | t])
  end

  defp render(w, k, [{i, :break, {:doc_group, x, :inherit}} | t]), do: render(w, k, [{i, :break, x} | t])

  defp render(w, k, [{i, _, {:doc_group, x, _}} | t]) do
    if w == :infinity or fits?(w, k, false, [{i, :flat, x}]),
      do: render(w, k, [{i, :flat, x} | t]),
      else: render(w, k, [{i, :break, x} | t])
  end

  # A limit of :infinity lays the part out as if the line had no end.
  defp limited(:infinity, k, i, m, x, _limit, t), do: render(:infinity, k, [{i, m, x} | t])

  defp limited(w, k, i, m, x, :infinity, t) do
    text = render(:infinity, k, [{i, m, x}])
    [text | render(w, end_column(text, k), t)]
  end

  defp limited(w, k, i, m, x, _limit, t), do: render(w, k, [{i, m, x} | t])

  defp end_column(text, k) do
    case text |> IO.iodata_to_binary() |> String.split("\n") do
      [line] -> k + String.length(line)
      lines -> lines |> List.last() |> String.length()
    end
  end

  # Whether the work list fits on the line up to its end, or up to a break that may
  # become a line. `b?` says whether a break has been passed.
  defp fits?(w, k, b?, _) when k > w and b?, do: false
  defp fits?(_w, _k, _b?, []), do: true
  defp fits?(w, k, _b?, {:tail, b?, t}), do: fits?(w, k, b?, t)

  defp fits?(w, k, b?, [{i, _, {:doc_fits, x, :disabled}} | t]), do: fits?(w, k, b?, [{i, :flat_no_break, x} | t])
  defp fits?(w, k, b?, [{i, :flat_no_break, {:doc_fits, x, _}} | t]), do: fits?(w, k, b?, [{i, :flat_no_break, x} | t])
  defp fits?(w, k, b?, [{i, _, {:doc_fits, x, :enabled}} | t]), do: fits?(w, k, b?, [{i, :break_no_flat, x} | t])

  defp fits?(w, k, b?, [{i, :break_no_flat, {:doc_force, x}} | t]), do: fits?(w, k, b?, [{i, :break_no_flat, x} | t])
  defp fits?(_w, _k, _b?, [{_, m, {:doc_break, _, _}} | _]) when m in [:break, :break_no_flat], do: true
  defp fits?(_w, _k, _b?, [{_, m, :doc_line} | _]) when m in [:break, :break_no_flat], do: true

  defp fits?(w, k, b?, [{i, :break, {:doc_group, x, _}} | t]), do: fits?(w, k, b?, [{i, :flat, x} | {:tail, b?, t}])

  defp fits?(w, _k, _b?, [{i, _, :doc_line} | t]), do: fits?(w, i, false, t)
  defp fits?(w, k, b?, [{_, _, :doc_nil} | t]), do: fits?(w, k, b?, t)
  defp fits?(w, _k, b?, [{i, _, {:doc_collapse, _}} | t]), do: fits?(w, i, b?, t)
  defp fits?(w, k, b?, [{i, m, {:doc_color, x, _}} | t]), do: fits?(w, k, b?, [{i, m, x} | t])
  defp fits?(w, k, b?, [{_, _, {:doc_string, _, size}} | t]), do: fits?(w, k + size, b?, t)
  defp fits?(w, k, b?, [{_, _, s} | t]) when is_binary(s), do: fits?(w, k + byte_size(s), b?, t)
  defp fits?(_w, _k, _b?, [{_, _, {:doc_force, _}} | _]), do: false
  defp fits?(w, k, _b?, [{_, _, {:doc_break, s, _}} | t]), do: fits?(w, k + byte_size(s), true, t)
  defp fits?(w, k, b?, [{i, m, {:doc_nest, x, _, :break}} | t]), do: fits?(w, k, b?, [{i, m, x} | t])

  defp fits?(w, k, b?, [{i, m, {:doc_nest, x, level, _}} | t]) do
    fits?(w, k, b?, [{nested(i, k, level), m, x} | t])
  end

  defp fits?(w, k, b?, [{i, m, {:doc_cons, x, y}} | t]), do: fits?(w, k, b?, [{i, m, x}, {i, m, y} | t])
  defp fits?(w, k, b?, [{i, m, {:doc_limit, x, _}} | t]), do: fits?(w, k, b?, [{i, m, x} | t])
  defp fits?(w, k, b?, [{i, m, {:doc_group, x, _}} | t]), do: fits?(w, k, b?, [{i, m, x} | {:tail, b?, t}])

  defp nested(_i, k, :cursor), do: k
  defp nested(_i, _k, :reset), do: 0
  defp nested(i, _k, level), do: i + level

  defp newline(0), do: "\n"
  defp newline(i), do: "\n" <> :binary.copy(" ", i)

  # Lines without text are merged into at most `max`.
  defp collapse(["\n" <> _ | t], max, count, i), do: collapse(t, max, count + 1, i)
  defp collapse(["" | t], max, count, i), do: collapse(t, max, count, i)

  defp collapse(t, max, count, i) do
    [:binary.copy("\n", min(max, count)), :binary.copy(" ", i) | t]
  end
end
