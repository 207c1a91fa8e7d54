# The children of a simple_one_for_one supervisor: one template, and what each was given besides.
defmodule :cordial_crew do
  @moduledoc false
  require :cordial_child
  import :cordial_child, only: [child: 1, child: 2]

  # {template, key => arguments, or :dropped for a temporary child}. A key is a pid, or {:restarting, pid}
  # of the one that died.

  def new(template), do: {template, %{}}
  def with(template, {_, members}), do: {template, members}

  @doc """
  Answers a request to the supervisor, whose name reports tell.
  """
  def answer({:start_child, extra}, crew, _name) do
    case start(extra, crew) do
      {:ok, reply, crew} -> {reply, crew}
      {:error, _} = error -> {error, crew}
    end
  end

  def answer({:terminate_child, pid}, {child(shutdown: shutdown), members} = crew, _name) do
    cond do
      not :erlang.is_pid(pid) -> {{:error, :simple_one_for_one}, crew}
      :erlang.is_map_key(pid, members) -> {stop_one(pid, shutdown), drop(pid, crew)}
      :erlang.is_map_key({:restarting, pid}, members) -> {:ok, drop({:restarting, pid}, crew)}
      :erlang.is_process_alive(pid) -> {{:error, :not_found}, crew}
      true -> {:ok, crew}
    end
  end

  def answer({:get_childspec, id}, {child(id: own) = template, members} = crew, _name) do
    known = id == own or :erlang.is_map_key(id, members)
    {if(known, do: {:ok, :cordial_child.spec(template)}, else: {:error, :not_found}), crew}
  end

  def answer(:which_children, {child(type: type, modules: modules), members} = crew, _name) do
    rows =
      for key <- :maps.keys(members),
          do: {:undefined, if(:erlang.is_pid(key), do: key, else: :restarting), type, modules}

    {rows, crew}
  end

  def answer(:count_children, {child(type: type), members} = crew, _name) do
    all = :maps.size(members)
    alive = for pid <- :maps.keys(members), :erlang.is_pid(pid) and :erlang.is_process_alive(pid), do: pid
    {supervisors, workers} = if type == :supervisor, do: {all, 0}, else: {0, all}
    {[specs: 1, active: :erlang.length(alive), supervisors: supervisors, workers: workers], crew}
  end

  def answer({_by_id, _}, crew, _name), do: {{:error, :simple_one_for_one}, crew}

  defp stop_one(pid, shutdown) do
    :cordial_child.stop([{pid, shutdown}])
    :ok
  end

  defp start(extra, {child(mfargs: {mod, fun, args}, restart: restart) = template, members} = crew) do
    case :cordial_child.start({mod, fun, args ++ extra}, &:supervisor.crash/3) do
      :ignore ->
        {:ok, {:ok, :undefined}, crew}

      {:error, _} = error ->
        error

      started ->
        pid = :erlang.element(2, started)
        kept = if restart == :temporary, do: :dropped, else: extra
        {:ok, started, {template, :maps.put(pid, kept, members)}}
    end
  end

  @doc """
  What to do about a process that has ended.
  """
  def ended(pid, reason, {child(restart: restart) = template, members} = crew, name) do
    case members do
      %{^pid => extra} ->
        again = :cordial_child.again?(restart, reason)

        if again or :cordial_child.again?(:transient, reason),
          do: :cordial_child.report(:child_terminated, reason, offender(pid, extra, template), name)

        if again, do: {:restart, crew}, else: {:done, drop(pid, crew)}

      _ ->
        {:done, crew}
    end
  end

  @doc """
  Starts a member again: `{:ok, crew}`, or `{:again, key, crew}` if that failed.
  """
  def restart(key, {_, members} = crew, name) do
    extra = :erlang.map_get(key, members)

    case start(extra, drop(key, crew)) do
      {:ok, _reply, crew} ->
        {:ok, crew}

      {:error, reason} ->
        {template, members} = drop(key, crew)
        :cordial_child.report(:start_error, reason, offender(:undefined, extra, template), name)
        key = if :erlang.is_pid(key), do: {:restarting, key}, else: key
        {:again, key, {template, :maps.put(key, extra, members)}}
    end
  end

  def restarting?(key, {_, members}), do: :erlang.is_map_key(key, members)
  def drop(key, {template, members}), do: {template, :maps.remove(key, members)}
  def member(key, {template, members}), do: as_child(key, :erlang.map_get(key, members), template)

  @doc """
  Stops all, at the same time.
  """
  def stop({child(shutdown: shutdown), members}) do
    :cordial_child.stop(for(pid <- :maps.keys(members), :erlang.is_pid(pid), do: {pid, shutdown}))
    :ok
  end

  defp offender(pid, extra, template), do: :cordial_child.offender(as_child(pid, extra, template))

  defp as_child(pid, :dropped, template), do: child(template, pid: pid)

  defp as_child(pid, extra, child(mfargs: {mod, fun, args}) = template),
    do: child(template, pid: pid, mfargs: {mod, fun, args ++ extra})
end
