# Clauses that share reads of a binary: a clause that fails late leaves the next one where it was.
defmodule H do
  def h(<<?\\, c, r::binary>>) when c == ?x, do: {1, c, r}
  def h(<<?\\, c, r::binary>>) when c == ?y, do: {2, c, r}
  def h(<<c, r::binary>>), do: {3, c, r}
  def h(""), do: :empty
end
IO.inspect H.h("\\nb")
IO.inspect H.h("\\yb")
IO.inspect H.h("ab")
defmodule G do
  def f0(<<1, v1::utf8>>), do: {0, binding()}
  def f0(<<_::binary-size(1)>>), do: {1, binding()}
  def f0(<<v0::16, v1::8, 0, v3::4>>), do: {2, binding()}
  def f0(<<>>), do: {3, binding()}
  def f0(_), do: :no
  def f1(<<v0::8, v1::16, "a", _::binary-size(v0)>>) when v0 == 3, do: {0, binding()}
  def f1(<<?a, v1::4>>) when v1 > 97, do: {1, binding()}
  def f1(_), do: :no
  def f2(<<v0::utf8, 1, v2::8, v3::bits>>, <<0, v11::8>>), do: {0, binding()}
  def f2(<<_::16, v1::16, "a", v3::8>>, <<v10::binary-size(1), "ab", 1, _::binary-size(2)>>) when v1 < ?b, do: {1, binding()}
  def f2(_, _), do: :no
  def f3(<<"a", "ab", v2::8, v3::binary-size(v2)>>, <<v10::4, v11::8, v12::4>>) when v10 > 0, do: {0, binding()}
  def f3(<<v0::8, v1::4>>, <<_::8, v11::utf8, ?a>>), do: {1, binding()}
  def f3(<<v0::binary-size(1), ?a, v2::8>>, <<>>) when v2 < ?b, do: {2, binding()}
  def f3(<<>>, <<>>), do: {3, binding()}
  def f3(_, _), do: :no
  def f4(<<>>), do: {0, binding()}
  def f4(<<v0::16, v1::8, "a">>), do: {1, binding()}
  def f4(<<_::16, v1::binary-size(1), v2::8, v3::binary-size(1)>>) when v2 > 97, do: {2, binding()}
  def f4(_), do: :no
  def f5(<<"ab">>), do: {0, binding()}
  def f5(<<v0::8, "b">>), do: {1, binding()}
  def f5(<<"a", "ab", v2::16, v3::8>>) when v3 > ?a, do: {2, binding()}
  def f5(<<0, ?b, _::binary-size(1), v3::8>>), do: {3, binding()}
  def f5(_), do: :no
  def f6(<<?a, v1::binary-size(2)>>), do: {0, binding()}
  def f6(<<>>), do: {1, binding()}
  def f6(<<v0::8, _::8, v2::8, _::bits>>) when v2 == ?b, do: {2, binding()}
  def f6(_), do: :no
  def f7(<<v0::8, v1::4, "b">>, <<0, _::16, _::utf8, _::8>>) when v0 > ?b, do: {0, binding()}
  def f7(<<v0::16>>, <<v10::binary-size(1), _::8, v12::8>>) when v12 > ?b, do: {1, binding()}
  def f7(<<v0::binary-size(1), v1::16, v2::binary-size(v1)>>, <<_::binary-size(2)>>) when v1 > ?b, do: {2, binding()}
  def f7(<<>>, <<>>), do: {3, binding()}
  def f7(_, _), do: :no
  def f8(<<>>, <<v10::utf8, v11::utf8>>), do: {0, binding()}
  def f8(<<>>, <<"b", v11::8, "a", v13::4>>) when v13 > 0, do: {1, binding()}
  def f8(_, _), do: :no
  def f9(<<v0::8, v1::binary-size(2)>>) when v0 == 0, do: {0, binding()}
  def f9(<<>>), do: {1, binding()}
  def f9(<<?b, v1::8, v2::8>>) when v1 > 97, do: {2, binding()}
  def f9(<<_::8, ?a>>), do: {3, binding()}
  def f9(<<"a", _::binary-size(1), _::8>>), do: {4, binding()}
  def f9(_), do: :no
  def t, do: [&f0/1,&f1/1,&f2/2,&f3/2,&f4/1,&f5/1,&f6/1,&f7/2,&f8/2,&f9/1]
end
ins=["","a","b","ab","abc","ba","aab","abab",<<1,2,3>>,<<0,1>>,"é","aé",<<1::4>>,<<97,1::4>>,<<1,97,98,99>>,<<2,"abcd">>,<<97,98,0,1>>]
for {f, n} <- Enum.with_index(G.t()) do
  if is_function(f, 1), do: (for i <- ins, do: IO.puts("#{n} #{inspect i} #{inspect f.(i), limit: :infinity}")), else: (for i <- ins, j <- ins, do: IO.puts("#{n} #{inspect i} #{inspect j} #{inspect f.(i, j)}"))
end
