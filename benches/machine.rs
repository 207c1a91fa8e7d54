//! The virtual machine: interpreter, collection, mailbox, scheduler. Each is a small program; its time includes the start
//! of the machine, which `start-up` shows alone.

use criterion::{Criterion, criterion_group, criterion_main};

const FIB: &str = "defmodule Fib do
  def fib(n) when n < 2, do: n
  def fib(n), do: fib(n - 1) + fib(n - 2)
end
defmodule Main do
  def run, do: Fib.fib(27)
end
Main.run()";

const COLLECTION: &str = "defmodule Trees do
  def make(0), do: nil
  def make(n), do: {make(n - 1), make(n - 1)}
  def size(nil), do: 0
  def size({left, right}), do: size(left) + size(right) + 1
  def run, do: Enum.each(1..20, fn _ -> size(make(12)) end)
end
Trees.run()";

const MAILBOX: &str = "defmodule Pong do
  def loop do
    receive do
      {:ping, from} ->
        send(from, :pong)
        loop()
    end
  end

  def run(pid, n) when n > 0 do
    send(pid, {:ping, self()})
    receive do: (:pong -> run(pid, n - 1))
  end

  def run(_pid, 0), do: :ok
end
Pong.run(spawn(&Pong.loop/0), 20_000)";

const SCHEDULER: &str = "parent = self()
for n <- 1..10_000, do: spawn(fn -> send(parent, n) end)
for _ <- 1..10_000, do: receive(do: (n -> n))";

fn machine(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("machine");
    group.sample_size(10);
    for (name, code) in [
        ("start-up", "1"),
        ("interpreter: fib(27)", FIB),
        ("collection: 20 trees of 4,096 leaves", COLLECTION),
        ("mailbox: 20,000 round trips", MAILBOX),
        ("scheduler: 10,000 processes", SCHEDULER),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| assert_eq!(cordial::Program::new().eval(code).run(), 0));
        });
    }
    group.finish();
}

criterion_group!(benches, machine);
criterion_main!(benches);
