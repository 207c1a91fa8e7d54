defmodule Supervisor.Spec do
  @moduledoc "The older, tuple shaped child specifications. Deprecated."

  def supervise(children, options) do
    unless strategy = options[:strategy] do
      raise ArgumentError, "expected :strategy option to be given"
    end

    flags = {strategy, options[:max_restarts] || 3, options[:max_seconds] || 5}
    {:ok, {flags, children}}
  end

  def worker(module, args, options \\ []), do: child(:worker, module, args, options)

  def supervisor(module, args, options \\ []) do
    child(:supervisor, module, args, Keyword.put_new(options, :shutdown, :infinity))
  end

  defp child(type, module, args, options) do
    id = Keyword.get(options, :id, module)
    modules = Keyword.get(options, :modules, if(module == GenEvent, do: :dynamic, else: [module]))
    function = Keyword.get(options, :function, :start_link)
    restart = Keyword.get(options, :restart, :permanent)
    shutdown = Keyword.get(options, :shutdown, 5000)
    {id, {module, function, args}, restart, shutdown, type, modules}
  end
end
