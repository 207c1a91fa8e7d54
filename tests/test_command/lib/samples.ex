defmodule Samples.Good do
  @moduledoc """
  Examples that hold.

      iex> Samples.Good.double(2)
      4
  """

  @doc """
  Doubles.

      iex> Samples.Good.double(1)
      2
      iex> Samples.Good.double(2)
      4

  Another paragraph is another test:

      iex> x = 3
      iex> Samples.Good.double(x)
      6

  Several lines:

      iex> Samples.Good.double(
      ...>   5
      ...> )
      10

      iex(1)> [1, 2]
      ...(1)> |> Enum.map(&Samples.Good.double/1)
      [
        2,
        4
      ]
  """
  def double(x), do: x * 2

  @doc """
  Raises.

      iex> Samples.Good.fail("no")
      ** (ArgumentError) no

      iex> Samples.Good.fail("one\\ntwo")
      ** (ArgumentError) one
      two

      iex> Samples.Good.fail("a long message")
      ** (ArgumentError) a ...
  """
  def fail(message), do: raise(ArgumentError, message)

  @doc ~S'''
  Opaque.

      iex> Samples.Good.function()
      #Function<erlang.self/0>

      iex> self() |> is_pid()
      true

      iex> Samples.Good.opaque()
      #Opaque<1>

      iex> "a\nb"
      "a\nb"
  '''
  def function, do: &:erlang.self/0

  defmodule Opaque do
    defstruct [:n]

    defimpl Inspect do
      def inspect(%{n: n}, _opts), do: "#Opaque<#{n}>"
    end
  end

  def opaque, do: %Opaque{n: 1}

  @doc """
      iex> assert 1 + 1 == 2
      iex> %{a: a} = %{a: 1}
      iex> a
      1
      iex> match?(:x, :x) #=> ignored
      true
  """
  def nothing_expected, do: :ok

  @doc "No example."
  def without, do: :ok

  @doc """
      iex> two_words()
      "two words"
  """
  def two_words, do: "two words"

  @doc false
  def hidden, do: :ok

  @doc """
      iex> Samples.Good.twice(1)
      {1, 1}
  """
  defmacro twice(x), do: {x, x}
end

defmodule Samples.Bad do
  @moduledoc """
      iex> 1 + 1
      3
  """

  @doc """
      iex> Samples.Bad.value()
      :other
  """
  def value, do: :value

  @doc """
      iex> Samples.Bad.map()
      %{"a" => 1,
        "b" => 3}
  """
  def map, do: %{"a" => 1, "b" => 2}

  @doc """
      iex> Samples.Bad.fail()
      :ok
  """
  def fail, do: raise("failed")

  @doc """
      iex> Samples.Bad.no_fail()
      ** (RuntimeError) not there
  """
  def no_fail, do: :ok

  @doc """
      iex> Samples.Bad.other_fail()
      ** (ArgumentError) expected

      iex> Samples.Bad.other_fail()
      ** (RuntimeError) expected
  """
  def other_fail, do: raise("failed")

  @doc """
      iex> Samples.Bad.opaque()
      #Other<>
  """
  def opaque, do: self()

  @doc """
      iex> 1 +
      2
  """
  def syntax, do: :ok

  @doc """
      iex> Samples.Bad.undefined_thing()
      2
  """
  def undefined, do: :ok

  @doc """
      iex> a = 1
      iex> a + 1
      iex> a + 2
      5
  """
  def several, do: :ok

  @doc """
      iex> b = 1
      1
      iex> Enum.map([b], fn x ->
      ...>   x + 1
      ...> end)
      [3]
  """
  def later, do: :ok

  @doc """
      iex> assert 1 == 2
      iex> :never
      :never
  """
  def asserting, do: :ok
end
