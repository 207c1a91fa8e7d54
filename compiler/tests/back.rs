//! What becomes of a program, stage by stage: source, Core, SSA and bytecode side by side.

#[path = "back/forms.rs"]
mod forms;

use cordial_compiler::core::{BackOptions, Stage, compile_module, emit_module};
use cordial_vm::bytecode::disasm;

fn stages(text: &str) -> String {
    let source = forms::module(text);
    let stage = |stage| emit_module(&source, stage).unwrap_or_else(|problems| panic!("{problems:?}"));
    let (core, ssa) = (stage(Stage::Core), stage(Stage::Ssa));
    let options = BackOptions { verify: true };
    let (file, _) =
        compile_module(forms::module(text), &options).unwrap_or_else(|problems| panic!("{problems:?}"));
    let code = disasm::module(&file);
    format!("{text}\n---- core\n{core}\n---- ssa\n{ssa}\n---- bytecode\n{code}")
}

macro_rules! cases {
    ($($name:ident: $text:literal,)*) => {
        $( #[test] fn $name() { insta::assert_snapshot!(stages($text)); } )*
    };
}

cases! {
    fib: "def fib(n) when n < 2 do n end
def fib(n) do fib(n - 1) + fib(n - 2) end",
    self_tail_call: "def sum([], acc) do acc end
def sum([h | t], acc) do sum(t, acc + h) end",
    tail_recursion_modulo_cons: "def map([], f) do [] end
def map([h | t], f) do [f.(h) | map(t, f)] end",
    switch_on_constants: "def day(n) do case n do 1 -> :mon; 2 -> :tue; 3 -> :wed; :x -> :none; _ -> :other end end",
    tagged_tuples: "def get(r) do case r do {:ok, v} when v > 5 -> {:big, v}; {:ok, v} -> v; {:error, e} -> e; {a, b, c} -> [a, b, c] end end",
    maps: "def area(s) do case s do %{w: w, h: h} -> w * h; %{r: r} -> r * r end end",
    binaries: "def count(<<\",\", r::binary>>, n) do count(r, n + 1) end
def count(<<_, r::binary>>, n) do count(r, n) end
def count(<<>>, n) do n end",
    sized_segments: "def packet(<<n, body::binary-size(n), rest::binary>>) do {body, rest} end",
    closures: "def adder(x) do fn y -> x + y end end
def apply_it(x) do (fn z -> z * 2 end).(x) end",
    exceptions: "def safe(f) do try do f.() catch :exit, r -> {:exit, r}; v -> v after :erlang.garbage_collect() end end",
    receives: "def loop(n) do receive do {:add, m} when m > 0 -> loop(n + m); :stop -> n after 10 -> :timeout end end",
    comprehension: "def pairs(xs, ys) do for x <- xs, y <- ys, x < y do {x, y} end end",
    guards: "def kind(x) when :erlang.is_integer(x) and x > 0 or :erlang.is_float(x) do :number end
def kind(x) when :erlang.hd(x) == 1 do :list end
def kind(_) do :other end",
    with_else: "def add(a, b) do with {:ok, x} <- a, {:ok, y} <- b do x + y else {:error, e} -> e; _ -> :none end end",
}

/// A function of many clauses takes time in proportion.
#[test]
fn many_clauses() {
    let text: String = (0..10_000)
        .map(|n| format!("def f({{:a{n}, x}}) do x + {n} end\n"))
        .collect();
    let source = forms::module(&text);
    let (file, _) = compile_module(source, &BackOptions { verify: false })
        .unwrap_or_else(|problems| panic!("{problems:?}"));
    assert_eq!(file.functions.len(), 1);
}
