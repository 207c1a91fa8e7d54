defmodule StringTest do
  use ExUnit.Case, async: true

  test "length and size" do
    assert String.length("héllo") == 5
    assert byte_size("héllo") == 6
    assert String.length("👩‍👩‍👧") == 1
    assert String.valid?("ok")
    refute String.valid?(<<0xFF>>)
  end

  test "case" do
    assert String.upcase("straße") == "STRASSE"
    assert String.downcase("ÀÉ") == "àé"
    assert String.capitalize("hELLO") == "Hello"
    assert String.upcase("é", :ascii) == "é"
  end

  test "trimming and padding" do
    assert String.trim("  a \n") == "a"
    assert String.trim("xxaxx", "x") == "a"
    assert String.trim_leading("  a ") == "a "
    assert String.trim_trailing("  a ") == "  a"
    assert String.pad_leading("7", 3, "0") == "007"
    assert String.pad_trailing("ab", 5, ["1", "2"]) == "ab121"
  end

  test "splitting" do
    assert String.split(" a  b ") == ["a", "b"]
    assert String.split("a,b,,c", ",") == ["a", "b", "", "c"]
    assert String.split("a,b,,c", ",", trim: true) == ["a", "b", "c"]
    assert String.split("a,b,c", ",", parts: 2) == ["a", "b,c"]
    assert String.split("a1b2c", ["1", "2"]) == ["a", "b", "c"]
    assert String.split("a1b22c", ~r/\d+/) == ["a", "b", "c"]
    assert String.split_at("hello", 2) == {"he", "llo"}
    assert String.split_at("hello", -2) == {"hel", "lo"}
    assert String.splitter("a b c", " ") |> Enum.take(2) == ["a", "b"]
    assert String.graphemes("né") == ["n", "é"]
    assert String.codepoints("ab") == ["a", "b"]
    assert String.next_grapheme("ab") == {"a", "b"}
    assert String.next_grapheme("") == nil
  end

  test "slices" do
    assert String.slice("hello", 1..3) == "ell"
    assert String.slice("hello", -3, 2) == "ll"
    assert String.slice("hello", 1..-2//1) == "ell"
    assert String.at("hello", 1) == "e"
    assert String.at("hello", 9) == nil
    assert String.first("né") == "n"
    assert String.last("né") == "é"
    assert String.byte_slice("héllo", 0, 2) == "h"
  end

  test "replacing" do
    assert String.replace("a-b-c", "-", "+") == "a+b+c"
    assert String.replace("a-b-c", "-", "+", global: false) == "a+b-c"
    assert String.replace("abc", ~r/[ac]/, &String.upcase/1) == "AbC"
    assert String.replace("abc", ["a", "c"], "x") == "xbx"
    assert String.replace_prefix("hello", "he", "ye") == "yello"
    assert String.replace_suffix("hello", "lo", "p") == "help"
    assert String.replace_leading("aab", "a", "x") == "xxb"
    assert String.replace_trailing("baa", "a", "x") == "bxx"
    assert String.duplicate("ab", 3) == "ababab"
    assert String.reverse("héy") == "yéh"
  end

  test "questions" do
    assert String.contains?("hello", "ell")
    assert String.contains?("hello", ["x", "h"])
    assert String.starts_with?("hello", ["he", "x"])
    assert String.ends_with?("hello", "lo")
    assert String.match?("hello", ~r/l+/)
    assert String.equivalent?("é", "e\u0301")
    assert String.printable?("abc")
    refute String.printable?(<<0>>)
    assert "hello" =~ "ell"
  end

  test "numbers and atoms" do
    assert String.to_integer("42") == 42
    assert String.to_integer("ff", 16) == 255
    assert String.to_float("1.5") == 1.5
    assert String.to_atom("ok") == :ok
    assert String.to_existing_atom("ok") == :ok
    assert_raise ArgumentError, fn -> String.to_integer("x") end
    assert_raise ArgumentError, fn -> String.to_existing_atom("no such atom was ever made") end
  end

  test "charlists and normal forms" do
    assert String.to_charlist("aé") == [97, 233]
    assert String.normalize("e\u0301", :nfc) == "é"
    assert String.normalize("é", :nfd) == "e\u0301"
    assert List.to_string([97, "b", [?c]]) == "abc"
  end

  test "distances" do
    assert String.jaro_distance("martha", "marhta") |> Float.round(3) == 0.944
    assert String.bag_distance("abc", "abd") |> Float.round(3) == 0.667
    assert String.myers_difference("abc", "adc") == [eq: "a", del: "b", ins: "d", eq: "c"]
  end

  test "interpolation and sigils" do
    name = "you"
    assert "hello #{name} #{1 + 1}" == "hello you 2"
    assert ~s(a "quoted" #{name}) == "a \"quoted\" you"
    assert ~S(no #{name}) == "no \#{name}"
    assert ~w(a b)a == [:a, :b]
    assert ~c"ab" == [97, 98]
  end
end
