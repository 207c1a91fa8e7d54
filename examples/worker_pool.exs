# A pool of supervised workers, and four ways to decide who gets the next job.
#
# The workers are not equally fast, and nobody tells the pool. Time is counted in ticks: at each tick jobs arrive, a
# strategy hands them out, and every worker does as much as its speed allows. One job is poisoned and kills whoever
# takes it up; the supervisor starts that worker again, and the pool gives it back what it had lost.

defmodule Job do
  defstruct [:id, :cost, :arrival, poisoned: false]

  @doc "Two jobs a tick, of different sizes."
  def some(count, poisoned),
    do:
      for(id <- 1..count, do: %Job{id: id, cost: 2 + rem(id * 7, 5), arrival: div(id + 1, 2), poisoned: id == poisoned})
end

defmodule Worker do
  @moduledoc "Works off its queue, `speed` units of cost at each tick."
  use GenServer, restart: :permanent

  def start_link({name, speed}), do: GenServer.start_link(__MODULE__, speed, name: via(name))
  def give(name, job), do: GenServer.cast(via(name), {:give, job})

  @doc "The jobs that were finished in this tick, or `:died`."
  def tick(name) do
    GenServer.call(via(name), :tick)
  catch
    :exit, _reason -> :died
  end

  defp via(name), do: {:via, Registry, {Names, name}}

  @impl true
  def init(speed), do: {:ok, {speed, []}}

  @impl true
  def handle_cast({:give, job}, {speed, queue}), do: {:noreply, {speed, queue ++ [{job, job.cost}]}}

  @impl true
  def handle_call(:tick, _from, {speed, queue}) do
    {finished, queue} = work(queue, speed, [])
    {:reply, finished, {speed, queue}}
  end

  defp work([{%Job{poisoned: true}, _} | _], _units, _finished), do: exit({:shutdown, :poisoned})

  defp work([{job, left} | queue], units, finished) when left <= units,
    do: work(queue, units - left, [job | finished])

  defp work([{job, left} | queue], units, finished), do: {Enum.reverse(finished), [{job, left - units} | queue]}
  defp work([], _units, finished), do: {Enum.reverse(finished), []}
end

# What the pool knows of a worker: the jobs it has been given and not finished, and how much it has done so far.
defmodule Known do
  defstruct [:name, open: [], jobs: 0, units: 0, busy: 0]

  def load(known), do: known.open |> Enum.map(& &1.cost) |> Enum.sum()

  @doc "Units that it seems to do in a tick. Who has not worked yet gets the benefit of the doubt."
  def speed(%{busy: 0}), do: 4.0
  def speed(known), do: max(known.units / known.busy, 0.5)
end

defmodule Strategy do
  @callback pick(job :: %Job{}, workers :: [%Known{}], memory :: term) :: {name :: atom, memory :: term}
end

defmodule RoundRobin do
  @moduledoc "One after the other."
  @behaviour Strategy

  @impl true
  def pick(_job, workers, turn), do: {Enum.at(workers, rem(turn || 0, length(workers))).name, (turn || 0) + 1}
end

defmodule LeastLoaded do
  @moduledoc "Whoever has the least to do, however fast."
  @behaviour Strategy

  @impl true
  def pick(_job, workers, memory), do: {Enum.min_by(workers, &Known.load/1).name, memory}
end

defmodule AtRandom do
  @moduledoc "Anybody. The seed makes it the same anybody each time."
  @behaviour Strategy

  @impl true
  def pick(_job, workers, state) do
    {n, state} = :rand.uniform_s(length(workers), state || :rand.seed_s(:exsss, {1, 2, 3}))
    {Enum.at(workers, n - 1).name, state}
  end
end

defmodule Adaptive do
  @moduledoc "Whoever will have done it first, as far as one can tell from what was seen so far."
  @behaviour Strategy

  @impl true
  def pick(job, workers, memory) do
    {Enum.min_by(workers, &((Known.load(&1) + job.cost) / Known.speed(&1))).name, memory}
  end
end

defmodule Pool do
  @speeds [anna: 1, bert: 2, cleo: 4, dora: 1]

  def run(strategy, jobs) do
    workers = for worker <- @speeds, do: Supervisor.child_spec({Worker, worker}, id: elem(worker, 0))
    children = [{Registry, keys: :unique, name: Names} | workers]
    {:ok, supervisor} = Supervisor.start_link(children, strategy: :one_for_one)

    known = for {name, _} <- @speeds, do: %Known{name: name}
    result = loop(1, jobs, %{known: known, memory: nil, waits: [], strategy: strategy, falls: []})
    Supervisor.stop(supervisor)
    result
  end

  defp loop(now, jobs, pool) do
    {arrived, later} = Enum.split_while(jobs, &(&1.arrival <= now))
    pool = Enum.reduce(arrived, pool, &hand_out/2)
    {known, {waits, falls}} = Enum.map_reduce(pool.known, {pool.waits, pool.falls}, &tick(&1, now, &2))
    pool = %{pool | known: known, waits: waits, falls: falls}

    if later == [] and Enum.all?(known, &(&1.open == [])),
      do: Map.put(pool, :ticks, now),
      else: loop(now + 1, later, pool)
  end

  defp hand_out(job, pool) do
    {name, memory} = pool.strategy.pick(job, pool.known, pool.memory)
    Worker.give(name, job)

    known =
      for worker <- pool.known, do: if(worker.name == name, do: %{worker | open: worker.open ++ [job]}, else: worker)

    %{pool | known: known, memory: memory}
  end

  defp tick(%Known{open: []} = worker, _now, seen), do: {worker, seen}

  defp tick(worker, now, {waits, falls}) do
    case Worker.tick(worker.name) do
      :died ->
        await(worker.name)
        {poisoned, open} = Enum.split_with(worker.open, & &1.poisoned)
        Enum.each(open, &Worker.give(worker.name, &1))
        {%{worker | open: open}, {waits, [{now, worker.name, hd(poisoned).id, length(open)} | falls]}}

      finished ->
        units = finished |> Enum.map(& &1.cost) |> Enum.sum()
        done = %{jobs: worker.jobs + length(finished), units: worker.units + units, busy: worker.busy + 1}
        waits = Enum.map(finished, &(now - &1.arrival)) ++ waits
        {struct(%{worker | open: worker.open -- finished}, done), {waits, falls}}
    end
  end

  # The supervisor has the worker back in no time, under the same name.
  defp await(name) do
    with [{pid, _}] <- Registry.lookup(Names, name), true <- Process.alive?(pid) do
      :ok
    else
      _ ->
        Process.sleep(1)
        await(name)
    end
  end
end

strategies = ["round robin": RoundRobin, "least loaded": LeastLoaded, random: AtRandom, adaptive: Adaptive]
jobs = Job.some(60, 42)
IO.puts("60 jobs for four workers that do 1, 2, 4 and 1 units a tick")

for {title, strategy} <- strategies do
  pool = Pool.run(strategy, jobs)
  mean = Float.round(Enum.sum(pool.waits) / length(pool.waits), 1)
  IO.puts("\n#{title}: done after #{pool.ticks} ticks, a job took #{mean} of them")

  for worker <- pool.known,
      do: IO.puts("  #{worker.name}  #{String.duplicate("▇", worker.jobs)} #{worker.jobs} jobs, #{worker.units} units")

  for {now, name, id, open} <- pool.falls,
      do: IO.puts("  at tick #{now} job #{id} killed #{name}, who is back and has its #{open} other jobs again")
end
