# Requests and their answers: `{label, {client, tag}, request}` goes out, `{tag, reply}` comes back.
#
# The tag holds an alias that dies with the monitor, so an answer that comes too late reaches nobody.
defmodule :cordial_call do
  @moduledoc false

  @doc """
  Sends a request and waits: `{:ok, reply}`, or `{:exit, reason}` where a call of a server would exit.

  Takes what `:cordial_address.find/1` hands back.
  """
  def ask(pid, label, request, :infinity) when :erlang.is_pid(pid) and pid !== :erlang.self() do
    # No answer can come too late.
    mref = :erlang.monitor(:process, pid)
    :erlang.send(pid, {label, {:erlang.self(), mref}, request})

    receive do
      {^mref, reply} ->
        :erlang.demonitor(mref, [:flush])
        {:ok, reply}

      {:DOWN, ^mref, _, _, :noconnection} ->
        {:exit, {:nodedown, :erlang.node(pid)}}

      {:DOWN, ^mref, _, _, reason} ->
        {:exit, reason}
    end
  end

  def ask(pid, label, request, timeout) when :erlang.is_pid(pid) and pid !== :erlang.self() do
    mref = :erlang.monitor(:process, pid, [{:alias, :demonitor}])
    :erlang.send(pid, {label, {:erlang.self(), [:alias | mref]}, request})

    receive do
      {[:alias | ^mref], reply} ->
        :erlang.demonitor(mref, [:flush])
        {:ok, reply}

      {:DOWN, ^mref, _, _, :noconnection} ->
        {:exit, {:nodedown, :erlang.node(pid)}}

      {:DOWN, ^mref, _, _, reason} ->
        {:exit, reason}
    after
      timeout -> give_up(mref, {:exit, :timeout})
    end
  end

  def ask(pid, _label, _request, _timeout) when :erlang.is_pid(pid), do: {:exit, :calling_self}
  def ask({_name, node}, _label, _request, _timeout), do: {:exit, {:nodedown, node}}
  def ask(_nobody, _label, _request, _timeout), do: {:exit, :noproc}

  # The answer may have come between the end of the wait and the end of the alias.
  defp give_up(mref, otherwise) do
    :erlang.demonitor(mref, [:flush])

    receive do
      {[:alias | ^mref], reply} -> {:ok, reply}
    after
      0 -> otherwise
    end
  end

  @doc """
  Like `ask/4` for any address, but exits with `{reason, call}`, where `call` says who asked for it.
  """
  def ask!(address, label, request, timeout, call) do
    case ask(:cordial_address.find(address), label, request, timeout) do
      {:ok, reply} -> reply
      {:exit, reason} -> :erlang.exit({reason, call})
    end
  end

  @doc """
  Answers a request. The tag may be wrapped by those who pass requests on.
  """
  def reply({_client, [:alias | mref] = tag}, reply) when :erlang.is_reference(mref),
    do: to_alias(mref, tag, reply)

  def reply({_client, [[:alias | mref] | _] = tag}, reply) when :erlang.is_reference(mref),
    do: to_alias(mref, tag, reply)

  def reply({client, tag}, reply), do: :cordial_address.post(client, {tag, reply})

  defp to_alias(mref, tag, reply) do
    :erlang.send(mref, {tag, reply})
    :ok
  end

  # --- requests that are not waited for at once ---------------------------------------------------

  @doc """
  Sends a request and hands back its id, the monitor's reference.
  """
  def request(address, label, request) do
    target =
      try do
        :cordial_address.find(address)
      catch
        _, _ -> :undefined
      end

    case target do
      :undefined -> unreachable(address, :noproc)
      {_name, _node} -> unreachable(address, :noconnection)
      pid -> sent(pid, label, request)
    end
  end

  defp sent(pid, label, request) do
    id = :erlang.monitor(:process, pid, [{:alias, :demonitor}])
    :erlang.send(pid, {label, {:erlang.self(), [:alias | id]}, request})
    id
  end

  # As if a monitor had told it.
  defp unreachable(address, reason) do
    id = :erlang.make_ref()
    :erlang.send(:erlang.self(), {:DOWN, id, :process, address, reason})
    id
  end

  @doc """
  Waits for the answer to one request; `after_timeout` is `:abandon` or `:keep` the request.
  """
  def response(id, timeout, after_timeout) do
    receive do
      {[:alias | ^id], _} = message -> check(message, id)
      {:DOWN, ^id, _, _, _} = message -> check(message, id)
    after
      wait(timeout) -> timed_out(id, after_timeout)
    end
  end

  defp timed_out(_id, :keep), do: :timeout

  defp timed_out(id, :abandon) do
    case give_up(id, :timeout) do
      {:ok, reply} -> {:reply, reply}
      :timeout -> :timeout
    end
  end

  # A point in time is told as {:abs, milliseconds of the monotonic clock}.
  defp wait({:abs, time}), do: :erlang.max(0, time - :erlang.monotonic_time(:millisecond))
  defp wait(timeout), do: timeout

  @doc """
  Whether a message is the answer to the request: `{:reply, reply}`, `{:error, {reason, server}}` or `:no_reply`.
  """
  def check({[:alias | id], reply}, id) do
    :erlang.demonitor(id, [:flush])
    {:reply, reply}
  end

  def check({:DOWN, id, _, server, reason}, id), do: {:error, {reason, server}}
  def check(_message, id) when :erlang.is_reference(id), do: :no_reply
  def check(_message, id), do: :erlang.error(:badarg, [id])

  # --- collections: request id => label ---------------------------------------------------------

  def add(id, label, known) when :erlang.is_reference(id) and not :erlang.is_map_key(id, known),
    do: :maps.put(id, label, known)

  def add(id, label, known), do: :erlang.error(:badarg, [id, label, known])

  @doc """
  Waits for the first answer to any of the requests: `{response, label, requests left}`.
  """
  def any_response(known, _timeout, _delete, _after_timeout) when known == %{}, do: :no_request

  def any_response(known, timeout, delete, after_timeout) do
    receive do
      {[:alias | id], _} = message when :erlang.is_map_key(id, known) -> labelled(message, id, known, delete)
      {:DOWN, id, _, _, _} = message when :erlang.is_map_key(id, known) -> labelled(message, id, known, delete)
    after
      wait(timeout) -> any_timed_out(known, after_timeout)
    end
  end

  defp any_timed_out(known, :abandon) do
    :lists.foreach(fn id -> give_up(id, :timeout) end, :maps.keys(known))
    :timeout
  end

  defp any_timed_out(_known, :keep), do: :timeout

  def any_check(_message, known, _delete) when known == %{}, do: :no_request

  def any_check({[:alias | id], _} = message, known, delete) when :erlang.is_map_key(id, known),
    do: labelled(message, id, known, delete)

  def any_check({:DOWN, id, _, _, _} = message, known, delete) when :erlang.is_map_key(id, known),
    do: labelled(message, id, known, delete)

  def any_check(_message, _known, _delete), do: :no_reply

  defp labelled(message, id, known, delete) do
    left = if delete, do: :maps.remove(id, known), else: known
    {check(message, id), :erlang.map_get(id, known), left}
  end
end
