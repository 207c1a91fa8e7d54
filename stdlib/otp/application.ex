# Applications: their environment, what is loaded, what is started.
defmodule :application do
  @moduledoc false

  @callback start(term, term) :: term
  @callback stop(term) :: term
  @callback config_change(term, term, term) :: term
  @callback prep_stop(term) :: term
  @callback start_phase(term, term, term) :: term
  @optional_callbacks config_change: 3, prep_stop: 1, start_phase: 3

  # Rows of the table :ac_tab: {{:env, app, key}, value}, {{:loaded, app}, keys},
  # {{:started, app}, number, type, master pid or :none, state}.

  def get_env(key) do
    case get_application() do
      {:ok, app} -> get_env(app, key)
      :undefined -> :undefined
    end
  end

  def get_env(app, key) do
    case :ets.lookup(:ac_tab, {:env, app, key}) do
      [{_, value}] -> {:ok, value}
      [] -> :undefined
    end
  end

  def get_env(app, key, default) do
    case :ets.lookup(:ac_tab, {:env, app, key}) do
      [{_, value}] -> value
      [] -> default
    end
  end

  def get_all_env(app), do: :lists.map(&:erlang.list_to_tuple/1, :ets.match(:ac_tab, {{:env, app, :"$1"}, :"$2"}))

  def set_env(config) when :erlang.is_list(config), do: set_env(config, [])

  def set_env(config, _options) when :erlang.is_list(config) do
    :lists.foreach(
      fn {app, pairs} -> :lists.foreach(fn {k, v} -> set_env(app, k, v) end, pairs) end,
      config
    )

    :ok
  end

  def set_env(app, key, value) do
    :ets.insert(:ac_tab, {{:env, app, key}, value})
    :ok
  end

  def set_env(app, key, value, _options), do: set_env(app, key, value)

  def unset_env(app, key) do
    :ets.delete(:ac_tab, {:env, app, key})
    :ok
  end

  def unset_env(app, key, _options), do: unset_env(app, key)

  # --- what an application is ------------------------------------------------------------------

  def load(app), do: load(app, [])

  def load({:application, name, keys}, _distributed) do
    case :ets.lookup(:ac_tab, {:loaded, name}) do
      [_] ->
        {:error, {:already_loaded, name}}

      [] ->
        :ets.insert(:ac_tab, {{:loaded, name}, normal(keys)})

        :lists.foreach(
          fn {k, v} -> :ets.insert_new(:ac_tab, {{:env, name, k}, v}) end,
          :proplists.get_value(:env, keys, [])
        )

        :ok
    end
  end

  def load(app, distributed) when :erlang.is_atom(app) do
    case :ets.lookup(:ac_tab, {:loaded, app}) do
      [_] ->
        {:error, {:already_loaded, app}}

      [] ->
        case find_spec(app) do
          {:ok, spec} -> load(spec, distributed)
          error -> error
        end
    end
  end

  # Libraries that come along have no file of their own.
  defp find_spec(app) do
    case :application_controller.bundled(app) do
      {:ok, spec} ->
        {:ok, spec}

      :error ->
        name = :erlang.atom_to_list(app) ++ ~c".app"

        case where_is(name) do
          :non_existing ->
            {:error, {~c"no such file or directory", name}}

          path ->
            case :file.consult(path) do
              {:ok, [spec]} -> {:ok, spec}
              _ -> {:error, {~c"bad application resource", name}}
            end
        end
    end
  end

  # The specification lies where compiled modules do.
  defp where_is(name) do
    folders =
      try do
        :code.get_path()
      catch
        _, _ -> []
      end

    found = for dir <- folders, path = Path.join(:file.path(dir), :file.path(name)), :cordial_file.type(path) == :regular, do: path

    case found do
      [path | _] -> path
      [] -> :non_existing
    end
  end

  defp normal(keys) do
    get = fn key, default -> :proplists.get_value(key, keys, default) end

    [
      description: get.(:description, ~c""),
      id: get.(:id, ~c""),
      vsn: get.(:vsn, ~c""),
      modules: get.(:modules, []),
      maxP: get.(:maxP, :infinity),
      maxT: get.(:maxT, :infinity),
      registered: get.(:registered, []),
      included_applications: get.(:included_applications, []),
      optional_applications: get.(:optional_applications, []),
      applications: get.(:applications, []),
      env: get.(:env, []),
      mod: get.(:mod, []),
      start_phases: get.(:start_phases, :undefined)
    ]
  end

  def unload(app) do
    case {:ets.lookup(:ac_tab, {:loaded, app}), :ets.lookup(:ac_tab, {:started, app})} do
      {[], _} ->
        {:error, {:not_loaded, app}}

      {_, [_]} ->
        {:error, {:running, app}}

      _ ->
        :ets.delete(:ac_tab, {:loaded, app})
        :ets.match_delete(:ac_tab, {{:env, app, :_}, :_})
        :ok
    end
  end

  def loaded_applications do
    for {{:loaded, app}, keys} <- :ets.match_object(:ac_tab, {{:loaded, :_}, :_}),
        do: described(app, keys)
  end

  def which_applications, do: which_applications(5000)

  def which_applications(_timeout) do
    rows = :ets.match_object(:ac_tab, {{:started, :_}, :_, :_, :_, :_})
    sorted = :lists.reverse(:lists.keysort(2, rows))

    for {{:started, app}, _, _, _, _} <- sorted do
      case :ets.lookup(:ac_tab, {:loaded, app}) do
        [{_, keys}] -> described(app, keys)
        [] -> {app, ~c"", ~c""}
      end
    end
  end

  defp described(app, keys) do
    {_, description} = :lists.keyfind(:description, 1, keys)
    {_, vsn} = :lists.keyfind(:vsn, 1, keys)
    {app, description, vsn}
  end

  def info, do: [running: :lists.map(fn {a, _, _} -> {a, :undefined} end, which_applications())]

  def get_key(key) do
    case get_application() do
      {:ok, app} -> get_key(app, key)
      :undefined -> :undefined
    end
  end

  def get_key(app, key) do
    case get_all_key(app) do
      {:ok, keys} ->
        case :lists.keyfind(key, 1, keys) do
          {:modules, []} -> {:ok, :cordial_application.modules(app)}
          {_, value} -> {:ok, value}
          false -> :undefined
        end

      :undefined ->
        :undefined
    end
  end

  def get_all_key(app) do
    case :ets.lookup(:ac_tab, {:loaded, app}) do
      [{_, keys}] -> {:ok, keys}
      [] -> :undefined
    end
  end

  def get_application, do: get_application(:erlang.self())

  def get_application(pid) when :erlang.is_pid(pid) do
    case :erlang.process_info(pid, :dictionary) do
      {:dictionary, dictionary} ->
        ancestors =
          case :lists.keyfind(:"$ancestors", 1, dictionary) do
            {_, list} -> list
            false -> []
          end

        owner([pid | ancestors])

      :undefined ->
        :undefined
    end
  end

  def get_application(module) when :erlang.is_atom(module) do
    found =
      for {{:loaded, app}, keys} <- :ets.match_object(:ac_tab, {{:loaded, :_}, :_}),
          :lists.member(module, :proplists.get_value(:modules, keys, [])),
          do: app

    case found do
      [app | _] -> {:ok, app}
      [] -> :application_controller.bundled_module(module)
    end
  end

  # An application's processes descend from its master.
  defp owner([]), do: :undefined

  defp owner([ancestor | rest]) do
    case :ets.match(:ac_tab, {{:started, :"$1"}, :_, :_, ancestor, :_}) do
      [[app] | _] -> {:ok, app}
      [] -> owner(rest)
    end
  end

  # --- start and stop --------------------------------------------------------------------------

  def start(app), do: start(app, :temporary)

  def start(app, type) do
    name =
      case app do
        {:application, name, _} -> name
        name -> name
      end

    case load(app) do
      :ok -> start_loaded(name, type)
      {:error, {:already_loaded, _}} -> start_loaded(name, type)
      error -> error
    end
  end

  defp start_loaded(app, type) do
    case :ets.lookup(:ac_tab, {:started, app}) do
      [_] ->
        {:error, {:already_started, app}}

      [] ->
        {:ok, keys} = get_all_key(app)
        {_, needed} = :lists.keyfind(:applications, 1, keys)
        {_, optional} = :lists.keyfind(:optional_applications, 1, keys)

        case :lists.filter(fn a -> not running?(a) and not :lists.member(a, optional) end, needed) do
          [missing | _] -> {:error, {:not_started, missing}}
          [] -> :application_controller.start_application(app, type, keys)
        end
    end
  end

  defp running?(app), do: :ets.member(:ac_tab, {:started, app})

  def start_boot(app), do: start(app, :permanent)
  def start_boot(app, type), do: start(app, type)

  def ensure_started(app), do: ensure_started(app, :temporary)

  def ensure_started(app, type) do
    case start(app, type) do
      :ok -> :ok
      {:error, {:already_started, ^app}} -> :ok
      error -> error
    end
  end

  def ensure_loaded(app) do
    case load(app) do
      :ok -> :ok
      {:error, {:already_loaded, ^app}} -> :ok
      error -> error
    end
  end

  def ensure_all_started(app), do: ensure_all_started(app, :temporary)
  def ensure_all_started(app, type), do: ensure_all_started(app, type, :serial)

  def ensure_all_started(app, type, mode) when :erlang.is_atom(app),
    do: ensure_all_started([app], type, mode)

  def ensure_all_started(apps, type, _mode) do
    case ensure_each(apps, type, []) do
      {:ok, started} -> {:ok, :lists.reverse(started)}
      {:error, app, reason, started} ->
        :lists.foreach(&stop/1, started)
        {:error, {app, reason}}
    end
  end

  defp ensure_each([], _type, started), do: {:ok, started}

  defp ensure_each([app | rest], type, started) do
    case ensure_one(app, type, started) do
      {:ok, started} -> ensure_each(rest, type, started)
      error -> error
    end
  end

  defp ensure_one(app, type, started) do
    case running?(app) do
      true ->
        {:ok, started}

      false ->
        case ensure_loaded(app) do
          :ok ->
            {:ok, needed} = get_key(app, :applications)

            case ensure_each(needed, type, started) do
              {:ok, started} ->
                case start(app, type) do
                  :ok -> {:ok, [app | started]}
                  {:error, {:already_started, _}} -> {:ok, started}
                  {:error, reason} -> {:error, app, reason, started}
                end

              error ->
                error
            end

          {:error, reason} ->
            {:error, app, reason, started}
        end
    end
  end

  def stop(app) do
    case :ets.lookup(:ac_tab, {:started, app}) do
      [{_, _, _, master, _}] ->
        :application_controller.stop_application(app, master)

      [] ->
        {:error, {:not_started, app}}
    end
  end

  def start_type, do: :normal
  def get_supervisor(_app), do: :undefined
  def takeover(_, _), do: {:error, :not_distributed}
  def permit(_, _), do: :ok
end
