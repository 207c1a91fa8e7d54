defmodule RegexTest do
  use ExUnit.Case, async: true

  test "matching" do
    assert Regex.match?(~r/a+b/, "xaab")
    assert "FOO" =~ ~r/foo/i
    assert Regex.run(~r/(\d+)-(\d+)/, "a 12-34") == ["12-34", "12", "34"]
    assert Regex.run(~r/x/, "abc") == nil
    assert Regex.run(~r/b/, "abc", return: :index) == [{1, 1}]
    assert Regex.scan(~r/\d/, "a1b2") == [["1"], ["2"]]
    assert Regex.scan(~r/(\w)=(\d)/, "a=1 b=2", capture: :all_but_first) == [["a", "1"], ["b", "2"]]
    assert Regex.named_captures(~r/(?<y>\d{4})-(?<m>\d\d)/, "2024-05") == %{"y" => "2024", "m" => "05"}
    assert Regex.names(~r/(?<b>.)(?<a>.)/) == ["a", "b"]
  end

  test "replacing and splitting" do
    assert Regex.replace(~r/a/, "banana", "o") == "bonono"
    assert Regex.replace(~r/(\w+) (\w+)/, "hello world", "\\2 \\1") == "world hello"
    assert Regex.replace(~r/\d+/, "a1b22", &"<#{&1}>") == "a<1>b<22>"
    assert Regex.replace(~r/^/m, "a\nb", "> ") == "> a\n> b"
    assert Regex.split(~r/\s*,\s*/, "a , b,c") == ["a", "b", "c"]
    assert Regex.split(~r/([ab])/, "1a2b3", include_captures: true) == ["1", "a", "2", "b", "3"]
    assert Regex.split(~r//, "ab", trim: true) == ["a", "b"]
  end

  test "compiling" do
    assert {:ok, regex} = Regex.compile("a.c", "s")
    assert "a\nc" =~ regex
    assert {:error, {_, _}} = Regex.compile("*")
    assert_raise Regex.CompileError, fn -> Regex.compile!("(") end
    assert Regex.escape("1+1=2") == "1\\+1=2"
    assert Regex.source(~r/ab/i) == "ab"
    assert inspect(~r/a\/b/i) == "~r/a\\/b/i"
  end

  test "unicode" do
    assert "é" =~ ~r/^\w$/u
    assert Regex.scan(~r/./u, "aé") == [["a"], ["é"]]
    assert Regex.run(~r/(?<=a)b/, "ab") == ["b"]
  end
end
