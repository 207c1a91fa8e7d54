defmodule Macro do
  @moduledoc """
  Takes quoted forms apart, walks, builds, prints and expands them.
  """

  import Kernel, except: [to_string: 1]

  ## Pipes

  @doc "Takes a chain of pipes apart: `[{form, position of the piped argument}]`."
  def unpipe({:|>, _, [piped, call]}), do: unpipe(piped) ++ unpipe(call)
  def unpipe(first), do: [{first, 0}]

  @doc "Puts the expression into the call as its argument at the position."
  def pipe(expression, call, position)

  def pipe(expression, {:fn, _, _}, _position) do
    cannot_pipe(
      expression,
      "an anonymous function without calling the function; use Kernel.then/2 " <>
        "instead or define the anonymous function as a regular private function"
    )
  end

  def pipe(expression, {:unquote, _, []}, _position) do
    cannot_pipe(expression, "the special form unquote/1 since unquote/1 is used to build the Elixir AST itself")
  end

  def pipe(expression, {{:., _, [Access, :get]}, [{:from_brackets, true} | _], [data, key]}, _position) do
    {piped, data, key} = {to_string(expression), to_string(data), to_string(key)}

    raise ArgumentError, """
    wrong operator precedence when piping into bracket-based access

     Instead of:

         #{piped} |> #{data}[#{key}]

     You should write:

         (#{piped} |> #{data})[#{key}]
    """
  end

  def pipe(_expression, {sign, _, [operand]}, _position) when sign in [:+, :-] do
    operand = to_string(operand)

    raise ArgumentError,
          "piping into a unary operator is not supported, please use the qualified name: " <>
            "Kernel.#{sign}(#{operand}), instead of #{sign}#{operand}"
  end

  def pipe(expression, {name, _, _} = call, _position) when name in [:<<>>, :{}, :%{}, :%, :&, :__aliases__] do
    cannot_pipe_into(expression, call)
  end

  def pipe(expression, {name, meta, context}, _position) when is_atom(name) and is_atom(context) do
    {name, meta, [expression]}
  end

  def pipe(expression, {name, meta, args} = call, position) when is_list(args) do
    cond do
      is_atom(name) and length(args) < 3 and operator?(name, 1) -> takes(expression, call, "one argument")
      is_atom(name) and length(args) < 3 and operator?(name, 2) -> takes(expression, call, "two arguments")
      true -> {name, meta, insert_at(args, position, expression)}
    end
  end

  def pipe(expression, other, _position), do: cannot_pipe_into(expression, other)

  defp takes(expression, {name, _, _} = call, arguments) do
    cannot_pipe(expression, "#{to_string(call)}, the #{Kernel.inspect(name)} operator can only take #{arguments}")
  end

  defp cannot_pipe_into(expression, call) do
    cannot_pipe(
      expression,
      to_string(call) <>
        ", can only pipe into local calls foo(), remote calls Foo.bar() or anonymous function calls foo.()"
    )
  end

  defp cannot_pipe(expression, where), do: raise(ArgumentError, "cannot pipe #{to_string(expression)} into #{where}")

  defp insert_at(list, 0, item), do: [item | list]
  defp insert_at([], _position, item), do: [item]
  defp insert_at([head | tail], position, item), do: [head | insert_at(tail, position - 1, item)]

  ## Walking

  @doc "Visits every node before and after its children, with an accumulator."
  def traverse(ast, acc, pre, post) when is_function(pre, 2) and is_function(post, 2) do
    {node, acc} = pre.(ast, acc)
    {node, acc} = with_children(node, acc, &traverse(&1, &2, pre, post))
    post.(node, acc)
  end

  # The node with its children replaced by what `visit` makes of them; names and contexts are no children.
  defp with_children({form, meta, args}, acc, visit) do
    {form, acc} = if is_atom(form), do: {form, acc}, else: visit.(form, acc)
    {args, acc} = if is_atom(args), do: {args, acc}, else: :lists.mapfoldl(visit, acc, args)
    {{form, meta, args}, acc}
  end

  defp with_children({key, value}, acc, visit) do
    {[key, value], acc} = :lists.mapfoldl(visit, acc, [key, value])
    {{key, value}, acc}
  end

  defp with_children(list, acc, visit) when is_list(list), do: :lists.mapfoldl(visit, acc, list)
  defp with_children(leaf, acc, _visit), do: {leaf, acc}

  @doc "Visits every node before its children."
  def prewalk(ast, fun) when is_function(fun, 1) do
    elem(prewalk(ast, nil, fn node, nil -> {fun.(node), nil} end), 0)
  end

  @doc "The same with an accumulator."
  def prewalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fun, fn node, acc -> {node, acc} end)

  @doc "Visits every node after its children."
  def postwalk(ast, fun) when is_function(fun, 1) do
    elem(postwalk(ast, nil, fn node, nil -> {fun.(node), nil} end), 0)
  end

  @doc "The same with an accumulator."
  def postwalk(ast, acc, fun) when is_function(fun, 2), do: traverse(ast, acc, fn node, acc -> {node, acc} end, fun)

  @doc "A lazy enumerable of the nodes, parents first."
  def prewalker(ast), do: Stream.unfold([ast], &next_pre/1)

  defp next_pre([]), do: nil
  defp next_pre([node | rest]), do: {node, children(node) ++ rest}

  @doc "A lazy enumerable of the nodes, children first."
  def postwalker(ast) do
    Stream.unfold([{:enter, ast}], &next_post/1)
  end

  defp next_post([]), do: nil
  defp next_post([{:leave, node} | rest]), do: {node, rest}

  defp next_post([{:enter, node} | rest]) do
    case children(node) do
      [] -> {node, rest}
      children -> next_post(Enum.map(children, &{:enter, &1}) ++ [{:leave, node} | rest])
    end
  end

  defp children({form, _, args}) when is_atom(form) and is_list(args), do: args
  defp children({form, _, args}) when is_atom(args) and is_atom(form), do: []
  defp children({form, _, args}) when is_list(args), do: [form | args]
  defp children({form, _, _}) when not is_atom(form), do: [form]
  defp children({left, right}), do: [left, right]
  defp children(list) when is_list(list), do: list
  defp children(_), do: []

  @doc "The node that the function is true for, with its parents up to the root; `nil` if there is none."
  def path(ast, fun) when is_function(fun, 1), do: find_path(ast, [], fun)

  defp find_path(node, parents, fun) do
    if fun.(node), do: [node | parents], else: find_in(children(node), [node | parents], fun)
  end

  defp find_in([], _parents, _fun), do: nil
  defp find_in([child | rest], parents, fun), do: find_path(child, parents, fun) || find_in(rest, parents, fun)

  ## Taking apart, building

  @doc "Name and arguments of a local call, receiver, name and arguments of a remote one, or `:error`."
  def decompose_call(ast)

  def decompose_call({:{}, _, args}) when is_list(args), do: :error
  def decompose_call({{:., _, [remote, function]}, _, args}) when is_tuple(remote) or is_atom(remote), do: {remote, function, args}
  def decompose_call({name, _, args}) when is_atom(name) and is_atom(args), do: {name, []}
  def decompose_call({name, _, args}) when is_atom(name) and is_list(args), do: {name, args}
  def decompose_call(_), do: :error

  @doc "A variable."
  def var(name, context) when is_atom(name) and is_atom(context), do: {name, [], context}

  @doc "A variable that no other code can name."
  def unique_var(name, context) when is_atom(name) and is_atom(context),
    do: {name, [counter: :erlang.unique_integer()], context}

  @doc "Variables `arg1` to `argN`."
  def generate_arguments(0, context) when is_atom(context), do: []

  def generate_arguments(count, context) when is_integer(count) and count > 0 and is_atom(context),
    do: arguments(count, [], &var(&1, context))

  @doc "The same, and no other code can name them."
  def generate_unique_arguments(0, context) when is_atom(context), do: []

  def generate_unique_arguments(count, context) when is_integer(count) and count > 0 and is_atom(context),
    do: arguments(count, [], &unique_var(&1, context))

  defp arguments(0, acc, _build), do: acc

  defp arguments(n, acc, build) do
    name = :erlang.binary_to_atom(<<"arg", :erlang.integer_to_binary(n)::binary>>)
    arguments(n - 1, [build.(name) | acc], build)
  end

  @doc "Applies the function to the metadata of a node."
  def update_meta(quoted, fun)
  def update_meta({left, meta, right}, fun) when is_list(meta), do: {left, fun.(meta), right}
  def update_meta(other, _fun), do: other

  @doc "Whether the name with the arity is a special form."
  def special_form?(name, arity) when is_atom(name) and is_integer(arity) do
    case {name, arity} do
      {name, _} when name in [:{}, :%{}, :<<>>, :__block__, :__aliases__, :fn, :for, :with] -> true
      {name, 2} when name in [:., :=, :"::", :%, :alias, :import, :quote, :require, :case] -> true
      {name, 1} when name in [:&, :^, :alias, :import, :quote, :require, :unquote, :unquote_splicing, :cond, :receive, :super, :try] -> true
      {name, 0} when name in [:__CALLER__, :__DIR__, :__ENV__, :__MODULE__, :__STACKTRACE__] -> true
      _ -> false
    end
  end

  @doc "Whether the name with the arity is an operator."
  def operator?(name, arity)
  def operator?(:"..//", 3), do: true
  # A prefix range is no operator with one argument.
  def operator?(name, 1) when name in [:!, :@, :^, :not, :+, :-, :"~~~", :&, :...], do: true
  def operator?(:.., 0), do: true
  def operator?(:..., 0), do: true

  def operator?(name, 2) when is_atom(name) do
    name in [
      :., :+, :-, :*, :/, :**, :++, :--, :+++, :---, :<>, :.., :==, :!=, :===, :!==, :=~, :<, :>, :<=, :>=, :&&, :||, :&&&,
      :|||, :and, :or, :in, :=, :|>, :<<<, :>>>, :<<~, :~>>, :<~, :~>, :<~>, :"<|>", :^^^, :|, :"::", :when, :<-, :\\, :"//", :not_in, :"not in"
    ]
  end

  def operator?(name, arity) when is_atom(name) and is_integer(arity), do: false

  @doc "Whether the quoted form is a literal, maps, tuples and aliases included."
  def quoted_literal?(term)
  def quoted_literal?({:__aliases__, _, args}), do: Enum.all?(args, &quoted_literal?/1)
  def quoted_literal?({:%, _, [left, right]}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?({:%{}, _, args}), do: Enum.all?(args, &quoted_literal?/1)
  def quoted_literal?({:{}, _, args}), do: Enum.all?(args, &quoted_literal?/1)
  def quoted_literal?({:__MODULE__, _, context}) when is_atom(context), do: true
  def quoted_literal?({left, right}), do: quoted_literal?(left) and quoted_literal?(right)
  def quoted_literal?(list) when is_list(list), do: Enum.all?(list, &quoted_literal?/1)
  def quoted_literal?(term), do: is_atom(term) or is_number(term) or is_binary(term)

  @doc "`:ok` for a valid quoted form, else `{:error, the part that is not}`."
  def validate(expression), do: fault(expression) || :ok

  defp fault({left, right}), do: fault(left) || fault(right)
  defp fault({left, meta, right}) when is_list(meta) and (is_atom(right) or is_list(right)), do: fault(left) || fault(right)
  defp fault(list) when is_list(list), do: if(proper?(list), do: Enum.find_value(list, &fault/1), else: {:error, list})

  defp fault(pid) when is_pid(pid), do: nil
  defp fault(atom) when is_atom(atom), do: nil
  defp fault(number) when is_number(number), do: nil
  defp fault(binary) when is_binary(binary), do: nil

  defp fault(fun) when is_function(fun) do
    if :erlang.fun_info(fun, :env) == {:env, []} and :erlang.fun_info(fun, :type) == {:type, :external}, do: nil, else: {:error, fun}
  end

  defp fault(other), do: {:error, other}

  defp proper?([_ | tail]), do: proper?(tail)
  defp proper?(tail), do: tail == []

  @doc "The quoted form of a value. Options: `:unquote`, `:prune_metadata`, `:generated`."
  def escape(expression, opts \\ []) do
    :cordial_macro.escape(expression, Keyword.get(opts, :unquote, false), Keyword.get(opts, :prune_metadata, false))
  end

  @doc "The struct of the module, known at compile time."
  def struct!(module, env) when is_atom(module) do
    if module == env.module do
      Module.get_attribute(module, :__struct__) || raise ArgumentError, "struct #{Kernel.inspect(module)} is not defined"
    else
      module.__struct__()
    end
  end

  @doc "Fields and defaults of the module's struct."
  def struct_info!(module, env) when is_atom(module) do
    if module != env.module and not (Code.ensure_loaded?(module) and function_exported?(module, :__struct__, 1)) do
      name = Kernel.inspect(module)

      raise ArgumentError,
            "#{name}.__struct__/1 is undefined, cannot expand struct #{name}. Make sure the struct name is correct. " <>
              "If the struct name exists and is correct but it still cannot be found, you likely have cyclic module usage in your code"
    end

    if module == env.module do
      for {field, default, required} <- Module.get_attribute(module, :__fields__) || [] do
        %{field: field, default: default, required: required}
      end
    else
      module.__info__(:struct)
    end
  end

  ## Expansion

  @doc "Expands a macro call or alias once."
  def expand_once(ast, env), do: :cordial_macro.expand_once(ast, env)

  @doc "Expands until it is no macro call any more; arguments stay as they are."
  def expand(ast, env), do: :cordial_macro.expand(ast, env)

  @doc "Expands the aliases in literals."
  def expand_literals(ast, env) do
    ast |> expand_literals(nil, fn alias, none -> {expand(alias, env), none} end) |> elem(0)
  end

  @doc "The same, with a function that expands aliases and an accumulator."
  def expand_literals(ast, acc, fun)
  def expand_literals({:__aliases__, _, _} = alias, acc, fun), do: fun.(alias, acc)
  def expand_literals({:__MODULE__, _, context} = node, acc, fun) when is_atom(context), do: fun.(node, acc)

  def expand_literals(node, acc, fun)
      when is_list(node) or tuple_size(node) == 2 or (tuple_size(node) == 3 and elem(node, 0) in [:{}, :%{}, :%]) do
    with_children(node, acc, &expand_literals(&1, &2, fun))
  end

  def expand_literals(other, acc, _fun), do: {other, acc}

  ## Text

  @doc "Source text of a quoted form."
  def to_string(tree), do: :cordial_macro.to_string(tree)

  @doc "The same; the function may change the text of every node."
  @deprecated "Use Macro.to_string/1 instead"
  def to_string(tree, fun) when is_function(fun, 2), do: fun.(tree, to_string(tree))

  @doc "How an atom is written: `:literal`, as a keyword's `:key`, or in a `:remote_call`."
  def inspect_atom(source_format, atom, opts \\ [])

  def inspect_atom(:literal, atom, _opts) when atom in [nil, true, false], do: Atom.to_string(atom)

  def inspect_atom(:literal, atom, opts) when is_atom(atom) do
    text = Atom.to_string(atom)

    case classify_atom(atom) do
      :alias -> alias_text(text)
      :quoted -> ":" <> quote_atom(text, opts)
      _ -> ":" <> text
    end
  end

  def inspect_atom(:key, atom, opts) when is_atom(atom) do
    text = Atom.to_string(atom)

    case classify_atom(atom) do
      :alias -> "\"" <> text <> "\":"
      :quoted -> quote_atom(text, opts) <> ":"
      :not_callable when atom in [:%{}, :{}, :<<>>, :..., :.., :., :"..//", :->, :%] -> text <> ":"
      _ -> text <> ":"
    end
  end

  def inspect_atom(:remote_call, atom, opts) when is_atom(atom) do
    text = Atom.to_string(atom)

    case classify_atom(atom) do
      class when class in [:identifier, :unquoted] and atom not in [:., :%, :{}, :%{}, :<<>>, :->, :.., :..., :"..//"] -> text
      _ when atom == :"::" -> text
      _ -> quote_atom(text, opts)
    end
  end

  defp alias_text("Elixir." <> name), do: name
  defp alias_text(name), do: name

  defp quote_atom(text, opts) do
    escape = Keyword.get(opts, :escape, &Inspect.Text.escape/2)
    {escaped, _} = escape.(text, ?")
    :erlang.iolist_to_binary([?", escaped, ?"])
  end

  @doc "How an atom may be written: `:identifier`, `:alias`, `:quoted` or `:unquoted`."
  def classify_atom(atom) when is_atom(atom), do: :cordial_macro.classify_atom(atom)

  @doc "Replaces the escapes in a text by what they stand for."
  def unescape_string(string), do: unescape_string(string, &escape_char/1)

  @doc "The same with a function that maps an escaped character to a character, `true` to allow or `false` to keep."
  def unescape_string(string, map) when is_binary(string) and is_function(map, 1) do
    case :binary.match(string, "\\") do
      :nomatch -> string
      _ -> :erlang.iolist_to_binary(unescape(string, map))
    end
  end

  defp escape_char(?0), do: ?\0
  defp escape_char(?a), do: ?\a
  defp escape_char(?b), do: ?\b
  defp escape_char(?d), do: ?\d
  defp escape_char(?e), do: ?\e
  defp escape_char(?f), do: ?\f
  defp escape_char(?n), do: ?\n
  defp escape_char(?r), do: ?\r
  defp escape_char(?s), do: ?\s
  defp escape_char(?t), do: ?\t
  defp escape_char(?v), do: ?\v
  defp escape_char(:newline), do: true
  defp escape_char(:unicode), do: true
  defp escape_char(:hex), do: true
  defp escape_char(other), do: other

  defp unescape(text, map) do
    case :binary.split(text, "\\") do
      [text] -> [text]
      [before, rest] -> [before | unescape_one(rest, map)]
    end
  end

  defp unescape_one("\r\n" <> rest, map), do: unescape_newline("\r\n", rest, map)
  defp unescape_one("\n" <> rest, map), do: unescape_newline("\n", rest, map)

  defp unescape_one("x" <> rest, map) do
    if map.(:hex) == true, do: unescape_hex(rest, map), else: keep(?x, rest, map)
  end

  defp unescape_one("u" <> rest, map) do
    if map.(:unicode) == true, do: unescape_unicode(rest, map), else: keep(?u, rest, map)
  end

  defp unescape_one(<<char::utf8, rest::binary>>, map) do
    case map.(char) do
      false -> [?\\, <<char::utf8>> | unescape(rest, map)]
      mapped -> [<<mapped::utf8>> | unescape(rest, map)]
    end
  end

  defp unescape_one("", _map), do: ["\\"]

  defp unescape_newline(newline, rest, map) do
    if map.(:newline) == true, do: unescape(rest, map), else: ["\\", newline | unescape(rest, map)]
  end

  # What is not read as an escape stays as it is.
  defp keep(char, rest, map), do: [?\\, char | unescape(rest, map)]

  defp unescape_hex(<<high, low, rest::binary>>, map) do
    if hex?(high) and hex?(low) do
      [:erlang.binary_to_integer(<<high, low>>, 16) | unescape(rest, map)]
    else
      bad_hex()
    end
  end

  defp unescape_hex(_rest, _map), do: bad_hex()

  defp bad_hex, do: raise(ArgumentError, "invalid hex escape character, expected \\xHH where H is a hexadecimal digit")

  defp unescape_unicode("{" <> rest, map) do
    case :binary.split(rest, "}") do
      [digits, rest] when byte_size(digits) in 1..6 -> [code_point(digits) | unescape(rest, map)]
      _ -> bad_unicode()
    end
  end

  defp unescape_unicode(<<digits::binary-size(4), rest::binary>>, map), do: [code_point(digits) | unescape(rest, map)]
  defp unescape_unicode(_rest, _map), do: bad_unicode()

  defp code_point(digits) do
    if all_hex?(digits) do
      case :erlang.binary_to_integer(digits, 16) do
        code when code in 0..0xD7FF or code in 0xE000..0x10FFFF -> <<code::utf8>>
        _ -> raise ArgumentError, "invalid or reserved Unicode code point \\u{#{digits}}"
      end
    else
      bad_unicode()
    end
  end

  defp bad_unicode do
    raise ArgumentError,
          "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a hexadecimal digit"
  end

  defp all_hex?(<<char, rest::binary>>), do: hex?(char) and all_hex?(rest)
  defp all_hex?(""), do: true

  defp hex?(char), do: char in ?0..?9 or char in ?a..?f or char in ?A..?F

  @doc "`\"FooBar\"` for `\"foo_bar\"`, `\"Foo.Bar\"` for `\"foo/bar\"`."
  def camelize(string)
  def camelize(""), do: ""
  def camelize(<<?_, rest::binary>>), do: camelize(rest)
  def camelize(<<char, rest::binary>>) when char in ?a..?z, do: <<char - 32>> <> camelize_rest(rest)
  def camelize(<<char, rest::binary>>), do: <<char>> <> camelize_rest(rest)

  defp camelize_rest(<<?_, ?_, rest::binary>>), do: camelize_rest(<<?_, rest::binary>>)
  defp camelize_rest(<<?_, char, rest::binary>>) when char in ?a..?z, do: <<char - 32>> <> camelize_rest(rest)
  defp camelize_rest(<<?_, char, rest::binary>>) when char in ?0..?9, do: <<char>> <> camelize_rest(rest)
  defp camelize_rest(<<?_>>), do: ""
  defp camelize_rest(<<?/, rest::binary>>), do: "." <> camelize(rest)
  defp camelize_rest(<<char, rest::binary>>), do: <<char>> <> camelize_rest(rest)
  defp camelize_rest(""), do: ""

  @doc "`\"foo_bar\"` for `\"FooBar\"`, `\"foo/bar\"` for `Foo.Bar`."
  def underscore(module_atom_or_string)
  def underscore(atom) when is_atom(atom), do: underscore(alias_text(:erlang.atom_to_binary(atom)))
  def underscore(""), do: ""
  def underscore(<<char, rest::binary>>), do: <<lower(char)>> <> underscore(rest, char)

  defp underscore(<<char, next, rest::binary>>, previous)
       when char in ?A..?Z and not (next in ?A..?Z or next in ?0..?9) and next != ?. and next != ?_ and previous != ?/ and previous != ?_ and previous != ?. do
    <<?_, lower(char), lower(next)>> <> underscore(rest, next)
  end

  defp underscore(<<?., rest::binary>>, _previous), do: underscore_part(rest)

  defp underscore(<<char, rest::binary>>, previous)
       when char in ?A..?Z and previous not in ?A..?Z and previous != ?_ and previous != ?/ do
    <<?_, lower(char)>> <> underscore(rest, char)
  end

  defp underscore(<<char, rest::binary>>, _previous), do: <<lower(char)>> <> underscore(rest, char)
  defp underscore("", _previous), do: ""

  defp underscore_part(rest), do: "/" <> underscore(rest)

  defp lower(char) when char in ?A..?Z, do: char + 32
  defp lower(char), do: char

  @doc "Calls a function that a macro was given, telling the tracers of the environment."
  def compile_apply(module, function, args, %{__struct__: Macro.Env})
      when is_atom(module) and is_atom(function) and is_list(args),
      do: apply(module, function, args)

  ## dbg

  @doc "What `Kernel.dbg/2` expands to."
  def dbg(code, options, %{__struct__: Macro.Env} = env) do
    header = dbg_header(env)

    quote do
      to_debug = unquote(dbg_values(code, env))
      unquote(__MODULE__).__dbg__(unquote(header), to_debug, unquote(options))
    end
  end

  defp dbg_header(env) do
    env = Map.update!(env, :file, &(&1 && Path.relative_to_cwd(&1)))
    [stacktrace_entry] = Macro.Env.stacktrace(env)
    "[" <> Exception.format_stacktrace_entry(stacktrace_entry) <> "]"
  end

  defp dbg_values({:|>, _, [_, _]} = pipe, _env) do
    [first | rest] = for {form, 0} <- unpipe(pipe), do: form
    name = unique_var(:value, __MODULE__)

    steps =
      for form <- rest do
        quote do
          unquote(name) = unquote(pipe(name, form, 0))
          acc = [{unquote(escape(form)), unquote(name)} | acc]
        end
      end

    quote do
      unquote(name) = unquote(first)
      acc = [{unquote(escape(first)), unquote(name)}]
      unquote_splicing(Enum.flat_map(steps, fn {:__block__, _, forms} -> forms end))
      {:pipe, :lists.reverse(acc)}
    end
  end

  # The left side is worth knowing too, as it decides whether the right one is evaluated.
  defp dbg_values({op, meta, [left, right]} = code, _env) when op in [:and, :or, :&&, :||] do
    var = unique_var(:left, __MODULE__)

    quote do
      unquote(var) = unquote(left)
      {:logic, [{unquote(escape(left)), unquote(var)}], unquote(escape(code)), unquote({op, meta, [var, right]})}
    end
  end

  defp dbg_values({:if, meta, [condition, clauses]} = code, _env) do
    var = unique_var(:condition, __MODULE__)

    quote do
      unquote(var) = unquote(condition)
      {:if, unquote(escape(condition)), unquote(var), unquote(escape(code)), unquote({:if, meta, [var, clauses]})}
    end
  end

  defp dbg_values({:case, meta, [argument, [do: clauses]]} = code, _env) when is_list(clauses) do
    var = unique_var(:argument, __MODULE__)
    {clauses, _} = :lists.mapfoldl(fn {:->, at, [head, body]}, index -> {{:->, at, [head, {index, body}]}, index + 1} end, 1, clauses)

    quote do
      unquote(var) = unquote(argument)
      {index, value} = unquote({:case, meta, [var, [do: clauses]]})
      {:case, unquote(escape(argument)), unquote(var), index, unquote(escape(code)), value}
    end
  end

  defp dbg_values({:cond, meta, [[do: clauses]]} = code, _env) when is_list(clauses) do
    {clauses, _} =
      :lists.mapfoldl(
        fn {:->, at, [[test], body]}, index ->
          var = unique_var(:test, __MODULE__)
          {{:->, at, [[quote(do: unquote(var) = unquote(test))], quote(do: {unquote(index), unquote(escape(test)), unquote(var), unquote(body)})]}, index + 1}
        end,
        1,
        clauses
      )

    quote do
      {index, test, tested, value} = unquote({:cond, meta, [[do: clauses]]})
      {:cond, index, test, tested, unquote(escape(code)), value}
    end
  end

  # Each right side is kept with its value, in a list that the clauses hand on.
  defp dbg_values({:with, meta, args} = code, _env) when is_list(args) and args != [] do
    {blocks, clauses} = List.pop_at(args, -1)

    if is_list(blocks) and Keyword.has_key?(blocks, :do) do
      acc = unique_var(:seen, __MODULE__)
      value = unique_var(:value, __MODULE__)
      key = {__MODULE__, :erlang.phash2(code)}

      seen =
        quote do
          unquote(acc) = fn form, unquote(value) ->
            :erlang.put(unquote(escape(key)), [{form, unquote(value)} | :erlang.get(unquote(escape(key)))])
            unquote(value)
          end
        end

      clauses =
        for clause <- clauses do
          case clause do
            {arrow, at, [left, right]} when arrow in [:<-, :=] ->
              {arrow, at, [left, quote(do: unquote(acc).(unquote(escape(right)), unquote(right)))]}

            other ->
              quote(do: unquote(acc).(unquote(escape(other)), unquote(other)))
          end
        end

      quote do
        :erlang.put(unquote(escape(key)), [])
        unquote(seen)
        value = unquote({:with, meta, clauses ++ [blocks]})
        {:with, :lists.reverse(:erlang.erase(unquote(escape(key)))), unquote(escape(code)), value}
      end
    else
      {:{}, [], [:value, escape(code), code]}
    end
  end

  defp dbg_values(code, _env), do: {:{}, [], [:value, escape(code), code]}

  @doc false
  def __dbg__(header, to_debug, options) do
    syntax_colors = if IO.ANSI.enabled?(), do: IO.ANSI.syntax_colors(), else: []
    options = Keyword.merge([width: 80, pretty: true, syntax_colors: syntax_colors], options)
    {print_location?, options} = Keyword.pop(options, :print_location, true)
    {lines, result} = dbg_lines(to_debug, options)
    head = if print_location?, do: [header, ?\n], else: []
    IO.write(:stdio, [head, lines, ?\n])
    result
  end

  defp dbg_line(code, value, options), do: [to_string(code), " #=> ", Kernel.inspect(value, options), ?\n]

  defp dbg_lines({:value, code, value}, options), do: {dbg_line(code, value, options), value}

  defp dbg_lines({:logic, parts, code, value}, options) do
    {[for({form, part} <- parts, do: dbg_line(form, part, options)), dbg_line(code, value, options)], value}
  end

  defp dbg_lines({:if, condition, tested, code, value}, options) do
    {["If condition:\n", dbg_line(condition, tested, options), "\nIf expression:\n", dbg_line(code, value, options)], value}
  end

  defp dbg_lines({:case, argument, given, index, code, value}, options) do
    clause = "\nCase expression (clause ##{index} matched):\n"
    {["Case argument:\n", dbg_line(argument, given, options), clause, dbg_line(code, value, options)], value}
  end

  defp dbg_lines({:cond, index, test, tested, code, value}, options) do
    clause = "Cond clause (clause ##{index} matched):\n"
    {[clause, dbg_line(test, tested, options), "\nCond expression:\n", dbg_line(code, value, options)], value}
  end

  defp dbg_lines({:with, parts, code, value}, options) do
    lines = for {form, part} <- parts, do: dbg_line(form, part, options)
    {["With clauses:\n", lines, "\nWith expression:\n", dbg_line(code, value, options)], value}
  end

  defp dbg_lines({:pipe, [{first, value} | rest]}, options) do
    lines = [to_string(first), " #=> ", Kernel.inspect(value, options), ?\n]

    rest_lines =
      for {form, value} <- rest, do: ["|> ", to_string(form), " #=> ", Kernel.inspect(value, options), ?\n]

    {_, last} = List.last([{first, value} | rest])
    {[lines | rest_lines], last}
  end
end
