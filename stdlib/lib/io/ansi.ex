defmodule IO.ANSI do
  @moduledoc "Escape sequences for terminals."

  @type ansicode :: atom
  @type ansilist :: list

  @doc "Whether sequences are written; the `:elixir, :ansi_enabled` setting, else whether output is a terminal."
  def enabled? do
    case :application.get_env(:elixir, :ansi_enabled) do
      {:ok, value} -> value
      :undefined -> false
    end
  end

  @codes [
    reset: 0,
    bright: 1,
    faint: 2,
    italic: 3,
    underline: 4,
    blink_slow: 5,
    blink_rapid: 6,
    inverse: 7,
    reverse: 7,
    conceal: 8,
    crossed_out: 9,
    primary_font: 10,
    font_1: 11,
    font_2: 12,
    font_3: 13,
    font_4: 14,
    font_5: 15,
    font_6: 16,
    font_7: 17,
    font_8: 18,
    font_9: 19,
    normal: 22,
    not_italic: 23,
    no_underline: 24,
    blink_off: 25,
    inverse_off: 27,
    reverse_off: 27,
    default_color: 39,
    default_background: 49,
    framed: 51,
    encircled: 52,
    overlined: 53,
    not_framed_encircled: 54,
    not_overlined: 55
  ]

  @colors [:black, :red, :green, :yellow, :blue, :magenta, :cyan, :white]

  for {name, code} <- @codes do
    def unquote(name)(), do: unquote("\e[#{code}m")
  end

  for {name, code} <- Enum.with_index(@colors) do
    def unquote(name)(), do: unquote("\e[#{code + 30}m")
    def unquote(:"light_#{name}")(), do: unquote("\e[#{code + 90}m")
    def unquote(:"#{name}_background")(), do: unquote("\e[#{code + 40}m")
    def unquote(:"light_#{name}_background")(), do: unquote("\e[#{code + 100}m")
  end

  @sequences Enum.map(@codes, fn {name, code} -> {name, "\e[#{code}m"} end) ++
               Enum.flat_map(Enum.with_index(@colors), fn {name, code} ->
                 [
                   {name, "\e[#{code + 30}m"},
                   {:"light_#{name}", "\e[#{code + 90}m"},
                   {:"#{name}_background", "\e[#{code + 40}m"},
                   {:"light_#{name}_background", "\e[#{code + 100}m"}
                 ]
               end)

  for {name, text} <- @sequences do
    defp sequence(unquote(name)), do: unquote(text)
  end

  defp sequence(:home), do: home()
  defp sequence(:clear), do: clear()
  defp sequence(:clear_line), do: clear_line()

  defp sequence(other) do
    raise ArgumentError, "invalid ANSI sequence specification: #{inspect(other)}"
  end

  def home, do: "\e[H"
  def clear, do: "\e[2J"
  def clear_line, do: "\e[2K"

  def color(code) when code in 0..255, do: "\e[38;5;#{code}m"
  def color(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5, do: color(16 + 36 * r + 6 * g + b)
  def color_background(code) when code in 0..255, do: "\e[48;5;#{code}m"

  def color_background(r, g, b) when r in 0..5 and g in 0..5 and b in 0..5,
    do: color_background(16 + 36 * r + 6 * g + b)

  def cursor(line, column)
      when is_integer(line) and line >= 0 and is_integer(column) and column >= 0,
      do: "\e[#{line};#{column}H"

  def cursor_up(lines \\ 1) when is_integer(lines) and lines >= 1, do: "\e[#{lines}A"
  def cursor_down(lines \\ 1) when is_integer(lines) and lines >= 1, do: "\e[#{lines}B"
  def cursor_right(columns \\ 1) when is_integer(columns) and columns >= 1, do: "\e[#{columns}C"
  def cursor_left(columns \\ 1) when is_integer(columns) and columns >= 1, do: "\e[#{columns}D"

  @doc "Text in which atoms in lists stand for sequences; with a reset at the end if there are any."
  @spec format(ansidata :: term, boolean) :: IO.chardata()
  def format(ansidata, emit? \\ enabled?()) when is_boolean(emit?) do
    {text, named?} = written([ansidata], emit?, [], false)
    if emit? and named?, do: [text | reset()], else: text
  end

  @doc "`format/2` without the reset."
  @spec format_fragment(ansidata :: term, boolean) :: IO.chardata()
  def format_fragment(ansidata, emit? \\ enabled?()) when is_boolean(emit?) do
    ansidata |> List.wrap() |> written(emit?, [], false) |> elem(0)
  end

  # The text so far is a list that nests to the left, so that nothing need be reversed.
  defp written([], _emit?, text, named?), do: {text, named?}

  defp written([item | rest], emit?, text, named?) do
    {text, named?} = written(item, emit?, text, named?)
    written(rest, emit?, text, named?)
  end

  defp written(name, emit?, text, named?) when is_atom(name) do
    sequence = sequence(name)
    if emit?, do: {[text | sequence], true}, else: {text, named?}
  end

  defp written(other, _emit?, text, named?), do: {[text, other], named?}

  @doc "The colors in which `IEx` shows terms."
  @spec syntax_colors() :: keyword
  def syntax_colors do
    Application.fetch_env!(:elixir, :ansi_syntax_colors)
  end
end
