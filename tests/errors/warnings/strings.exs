Code.compile_string("defmodule Given do\n  alias Foo.Bar\n  def x(y), do: Missing.f()\nend", "given.ex")
Code.eval_string("defmodule Evaluated do\n  alias Foo.Bar\n  def x(y), do: Missing.f()\nend")
