//! Lexer, parser and compiler, over a module of ordinary shape.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

/// A module with many small functions: pattern matching, pipelines, maps, interpolation.
fn module(functions: usize) -> String {
    let mut text = String::from("defmodule Bench.Sample do\n  @limit 100\n");
    for n in 0..functions {
        text.push_str(&format!(
            "  def run_{n}([head | tail], %{{limit: limit}} = state) when limit > @limit do\n    \
             value = Enum.reduce(tail, head, fn item, acc -> item * {n} + acc end)\n    \
             {{:ok, value |> Integer.to_string() |> String.pad_leading(8), Map.put(state, :seen, \"n#{{value}}\")}}\n  end\n\n  \
             def run_{n}([], state), do: {{:error, :empty, state}}\n\n"
        ));
    }
    text.push_str("end\n");
    text
}

fn syntax(criterion: &mut Criterion) {
    let text = module(200);
    let mut group = criterion.benchmark_group("syntax");
    group.throughput(Throughput::Bytes(text.len() as u64));
    let options = cordial_syntax::ParseOptions::default();
    group.bench_function("lexer", |bencher| {
        bencher.iter(|| cordial_syntax::lexer::tokenize(black_box(&text), &options))
    });
    group.bench_function("parser", |bencher| {
        bencher.iter(|| cordial_syntax::parse(black_box(&text), &options))
    });
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("cordial-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the benchmark");
    let file = folder.join("sample.ex");
    let text = module(200);
    std::fs::write(&file, &text).expect("a file for the benchmark");
    let mut group = criterion.benchmark_group("compile");
    group
        .sample_size(10)
        .throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("module of 400 clauses, with start-up", |bencher| {
        bencher.iter(|| {
            let files = [file.to_string_lossy().into_owned()];
            assert_eq!(
                cordial::Program::new().compile(&files, &folder.to_string_lossy(), false),
                0
            );
        });
    });
    group.finish();
    let _ = std::fs::remove_dir_all(&folder);
}

criterion_group!(benches, syntax, compile);
criterion_main!(benches);
