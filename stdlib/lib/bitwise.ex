defmodule Bitwise do
  @moduledoc "Operators on the bits of integers; all are allowed in guards."

  @doc false
  @deprecated "import Bitwise instead"
  defmacro __using__(options) do
    except =
      cond do
        Keyword.get(options, :only_operators) -> [bnot: 1, band: 2, bor: 2, bxor: 2, bsl: 2, bsr: 2]
        Keyword.get(options, :skip_operators) -> [~~~: 1, &&&: 2, |||: 2, "^^^": 2, <<<: 2, >>>: 2]
        true -> []
      end

    quote do
      import Bitwise, except: unquote(except)
    end
  end

  @doc "All bits turned."
  @doc guard: true
  @spec bnot(integer) :: integer
  def bnot(expr), do: :erlang.bnot(expr)

  @doc "All bits turned."
  @doc guard: true
  @spec ~~~integer :: integer
  def ~~~expr, do: :erlang.bnot(expr)

  @doc "Bits that both have."
  @doc guard: true
  @spec band(integer, integer) :: integer
  def band(left, right), do: :erlang.band(left, right)

  @doc "Bits that both have."
  @doc guard: true
  @spec integer &&& integer :: integer
  def left &&& right, do: :erlang.band(left, right)

  @doc "Bits that one has."
  @doc guard: true
  @spec bor(integer, integer) :: integer
  def bor(left, right), do: :erlang.bor(left, right)

  @doc "Bits that one has."
  @doc guard: true
  @spec integer ||| integer :: integer
  def left ||| right, do: :erlang.bor(left, right)

  @doc "Bits that only one has."
  @doc guard: true
  @spec bxor(integer, integer) :: integer
  def bxor(left, right), do: :erlang.bxor(left, right)

  @doc false
  def unquote(:"^^^")(left, right), do: :erlang.bxor(left, right)

  @doc "Shifted to the left."
  @doc guard: true
  @spec bsl(integer, integer) :: integer
  def bsl(left, right), do: :erlang.bsl(left, right)

  @doc "Shifted to the left."
  @doc guard: true
  @spec integer <<< integer :: integer
  def left <<< right, do: :erlang.bsl(left, right)

  @doc "Shifted to the right, the sign kept."
  @doc guard: true
  @spec bsr(integer, integer) :: integer
  def bsr(left, right), do: :erlang.bsr(left, right)

  @doc "Shifted to the right, the sign kept."
  @doc guard: true
  @spec integer >>> integer :: integer
  def left >>> right, do: :erlang.bsr(left, right)
end
