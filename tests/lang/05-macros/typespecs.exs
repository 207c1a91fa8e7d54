{:module, _, bin, _} = defmodule T do
  require Record
  Record.defrecord(:user, name: "x", age: 1)
  @type a1 :: any | none | atom | map | pid | port | reference | tuple | float | integer
  @type a2 :: neg_integer | non_neg_integer | pos_integer | list | nonempty_list | maybe_improper_list
  @type a3 :: term
  @type a4 :: arity
  @type a5 :: as_boolean(integer)
  @type a6 :: binary
  @type a7 :: nonempty_binary
  @type a8 :: bitstring
  @type a9 :: nonempty_bitstring
  @type b1 :: boolean
  @type b2 :: byte | char
  @type b3 :: charlist
  @type b4 :: nonempty_charlist
  @type b5 :: fun
  @type b6 :: function
  @type b7 :: identifier
  @type b8 :: iodata | iolist
  @type b9 :: keyword
  @type c1 :: keyword(integer)
  @type c2 :: mfa
  @type c3 :: module
  @type c4 :: no_return
  @type c5 :: node
  @type c6 :: number
  @type c7 :: struct
  @type c8 :: timeout
  @type d1 :: list(atom) | nonempty_list(atom) | maybe_improper_list(atom, integer) | nonempty_improper_list(atom, integer) | nonempty_maybe_improper_list(atom, integer) | nonempty_maybe_improper_list
  @type e1 :: []
  @type e2 :: [atom]
  @type e3 :: [atom, ...]
  @type e4 :: [a: integer, b: atom]
  @type e5 :: [...]
  @type f1 :: %{}
  @type f2 :: %{a: integer, b: atom}
  @type f3 :: %{required(atom) => integer, optional(integer) => any}
  @type f4 :: %{atom => integer}
  @type f5 :: %{:a => 1, 2 => 2} | nil
  @type f6 :: %{optional(:a) => 1}
  @type g1 :: %T{a: integer}
  @type g2 :: %__MODULE__{}
  @type g3 :: %Range{first: 1}
  @type h1 :: {}
  @type h2 :: {atom}
  @type h3 :: {atom, integer}
  @type h4 :: {atom, integer, :x}
  @type i1 :: (-> integer)
  @type i2 :: (atom, integer -> any)
  @type i3 :: (... -> any)
  @type i4 :: (x :: atom -> y :: integer)
  @type j1 :: <<>>
  @type j2 :: <<_::8>>
  @type j3 :: <<_::_*8>>
  @type j4 :: <<_::8, _::_*16>>
  @type k1 :: 1
  @type k2 :: -1
  @type k3 :: 1..10
  @type k4 :: -1..10
  @type k5 :: ?a
  @type l1 :: :a | :b | nil | true
  @type l2 :: String
  @type m1 :: String.t() | Enum.t | :lists.foo(integer)
  @type foo :: 1
  @type m2 :: __MODULE__.foo
  @type n1(a, b) :: {a, b}
  @type n2 :: n1(integer, atom())
  @type o1 :: record(:user, name: integer)
  @type p1 :: (a :: integer)
  @type p2 :: {x :: integer, y :: atom}
  @type q1 :: dynamic
  @spec s1(integer) :: atom
  @spec s1(atom) :: integer
  @spec s2(a, b) :: {a, b} when a: integer, b: var
  @spec s3(x :: integer, y :: [a: atom]) :: no_return
  @spec s4 :: atom
  @spec s5(a) :: b when a: atom, b: {a, integer}
  @spec integer <~> integer :: integer
  def s1(_), do: 1
  def s2(a, b), do: {a, b}
  def s3(_, _), do: 1
  def s4, do: 1
  def s5(_), do: 1
  def a <~> b, do: {a, b}
  defstruct [:a, :b]
  @type st :: %T{}
end
{:ok, types} = Code.Typespec.fetch_types(bin)
for {k, {n, t, a} = all} <- Enum.sort(types) do IO.puts("#{k} #{n} #{inspect t, width: 100000, limit: :infinity} #{inspect a} #{Macro.to_string Code.Typespec.type_to_quoted(all)}")end
{:ok, specs} = Code.Typespec.fetch_specs(bin)
for {{n, _}=k, v} <- Enum.sort(specs) do IO.puts("spec #{inspect k} #{inspect v, width: 100000, limit: :infinity}"); for s <- v, do: IO.puts("   " <> (Code.Typespec.spec_to_quoted(n, s) |> Macro.to_string)) end
