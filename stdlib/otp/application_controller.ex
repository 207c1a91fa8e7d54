# Owns the table of applications; starts the master of each application that has a callback module.
defmodule :application_controller do
  @moduledoc false

  @builtin [
    {:kernel, ~c"ERTS  CXC 138 10", ~c"10.2.7.1", [], []},
    {:stdlib, ~c"ERTS  CXC 138 10", ~c"6.2.2.1", [:kernel], []},
    {:compiler, ~c"ERTS  CXC 138 10", ~c"8.6.1", [:kernel, :stdlib], []},
    {:elixir, ~c"elixir", ~c"1.18.3", [:kernel, :stdlib, :compiler],
     [:elixir_sup, :elixir_config, :elixir_code_server]},
    {:logger, ~c"logger", ~c"1.18.3", [:kernel, :stdlib, :elixir], [Logger]}
  ]

  @bundled [
    {:ex_unit, ~c"ex_unit", ~c"1.18.3", [:kernel, :stdlib, :elixir]},
    {:eex, ~c"eex", ~c"1.18.3", [:kernel, :stdlib, :elixir]},
    {:iex, ~c"iex", ~c"1.18.3", [:kernel, :stdlib, :elixir]},
    {:mix, ~c"mix", ~c"1.18.3", [:kernel, :stdlib, :elixir]},
    {:crypto, ~c"CRYPTO", ~c"5.5.3", [:kernel, :stdlib]},
    {:sasl, ~c"SASL  CXC 138 11", ~c"4.2.2", [:kernel, :stdlib]},
    {:runtime_tools, ~c"RUNTIME_TOOLS", ~c"2.1.1", [:kernel, :stdlib]},
    {:tools, ~c"DEVTOOLS  CXC 138 16", ~c"4.1.1", [:kernel, :stdlib]}
  ]

  def start do
    case :erlang.whereis(:application_controller) do
      :undefined ->
        parent = :erlang.self()
        ref = :erlang.make_ref()

        pid =
          :erlang.spawn(fn ->
            :erlang.process_flag(:trap_exit, true)
            :ets.new(:ac_tab, [:named_table, :public, :set, {:read_concurrency, true}])
            fill()
            :erlang.register(:application_controller, :erlang.self())
            :erlang.send(parent, ref)
            loop()
          end)

        receive do
          ^ref -> pid
        end

      pid ->
        pid
    end
  end

  defp fill do
    :lists.foldl(
      fn {app, description, vsn, needed, registered}, n ->
        keys = keys(description, vsn, needed, registered, mod(app))
        :ets.insert(:ac_tab, {{:loaded, app}, keys})
        :ets.insert(:ac_tab, {{:started, app}, n, :permanent, :none, []})
        n + 1
      end,
      1,
      @builtin
    )

    env(:elixir,
      ansi_enabled: false,
      check_endianness: true,
      dbg_callback: {Macro, :dbg, []},
      time_zone_database: Calendar.UTCOnlyTimeZoneDatabase,
      ansi_syntax_colors: [
        atom: :cyan,
        binary: :default_color,
        boolean: :magenta,
        charlist: :yellow,
        list: :default_color,
        map: :default_color,
        nil: :magenta,
        number: :yellow,
        string: :green,
        tuple: :default_color,
        variable: :light_cyan,
        call: :default_color,
        operator: :default_color
      ]
    )

    env(:logger,
      always_evaluate_messages: false,
      compile_time_application: nil,
      compile_time_purge_matching: [],
      handle_otp_reports: true,
      handle_sasl_reports: false,
      metadata: [],
      start_options: [],
      translator_inspect_opts: [],
      translators: [{Logger.Translator, :translate}],
      truncate: 8096,
      utc_log: false
    )

    env(:kernel, logger_level: :notice, logger_sasl_compatible: false, net_ticktime: 60)
  end

  defp mod(:elixir), do: {:elixir, []}
  defp mod(:logger), do: {Logger.App, []}
  defp mod(_), do: []

  defp env(app, pairs),
    do: :lists.foreach(fn {k, v} -> :ets.insert(:ac_tab, {{:env, app, k}, v}) end, pairs)

  defp keys(description, vsn, needed, registered, mod) do
    [
      description: description,
      id: [],
      vsn: vsn,
      modules: [],
      maxP: :infinity,
      maxT: :infinity,
      registered: registered,
      included_applications: [],
      optional_applications: [],
      applications: needed,
      env: [],
      mod: mod,
      start_phases: :undefined
    ]
  end

  def bundled(app) do
    case :lists.keyfind(app, 1, @bundled) do
      {_, description, vsn, needed} ->
        {:ok, {:application, app, [description: description, vsn: vsn, applications: needed]}}

      false ->
        :error
    end
  end

  # Which of the bundled libraries a module belongs to.
  def bundled_module(module) do
    case :cordial_application.of(module) do
      nil -> :undefined
      {app, _version} -> {:ok, app}
    end
  end

  # --- masters ---------------------------------------------------------------------------------

  defp loop do
    receive do
      {:"$gen_call", from, {:run, app, type, keys}} ->
        controller = :erlang.self()
        :erlang.spawn_link(fn -> master(controller, from, app, type, keys) end)
        loop()

      {:EXIT, pid, reason} ->
        case :ets.match(:ac_tab, {{:started, :"$1"}, :_, :"$2", pid, :_}) do
          [[app, type]] ->
            :ets.delete(:ac_tab, {:started, app})
            ended(app, type, reason)

          _ ->
            :ok
        end

        loop()

      {:"$gen_call", from, _} ->
        :cordial_call.reply(from, {:error, :badarg})
        loop()

      _ ->
        loop()
    end
  end

  defp ended(app, type, reason) do
    report_end(app, reason, type)

    if type == :permanent or (type == :transient and reason != :normal) do
      :erlang.halt(1)
    end
  end

  def start_application(app, type, keys) do
    case :lists.keyfind(:mod, 1, keys) do
      {_, {_, _}} ->
        :gen_server.call(:application_controller, {:run, app, type, keys}, :infinity)

      _ ->
        mark(app, type, :none, [])
        :ok
    end
  end

  defp mark(app, type, pid, state) do
    n = :erlang.unique_integer([:monotonic, :positive]) + 1000
    :ets.insert(:ac_tab, {{:started, app}, n, type, pid, state})

    if :logger.takes_sasl?() do
      :logger.log(
        :info,
        %{label: {:application_controller, :progress}, report: [application: app, started_at: :erlang.node()]},
        %{
          domain: [:otp, :sasl],
          report_cb: &:logger.format_otp_report/1,
          logger_formatter: %{title: ~c"PROGRESS REPORT"},
          error_logger: %{tag: :info_report, type: :progress}
        }
      )
    end
  end

  # The parent of the application's top supervisor.
  defp master(_controller, from, app, type, keys) do
    :erlang.process_flag(:trap_exit, true)
    {_, {mod, args}} = :lists.keyfind(:mod, 1, keys)

    result =
      try do
        mod.start(:normal, args)
      catch
        :error, reason -> {:EXIT, {reason, __STACKTRACE__}}
        :exit, reason -> {:EXIT, reason}
        :throw, value -> value
      end

    case result do
      {:ok, pid} when :erlang.is_pid(pid) -> started(from, app, type, mod, pid, [])
      {:ok, pid, state} when :erlang.is_pid(pid) -> started(from, app, type, mod, pid, state)
      {:error, reason} -> failed(from, app, type, {reason, {mod, :start, [:normal, args]}})
      {:EXIT, reason} -> failed(from, app, type, {:bad_return, {{mod, :start, [:normal, args]}, {:EXIT, reason}}})
      other -> failed(from, app, type, {:bad_return, {{mod, :start, [:normal, args]}, other}})
    end
  end

  defp failed(from, app, type, reason) do
    :cordial_call.reply(from, {:error, reason})
    report_end(app, reason, type)
  end

  defp started(from, app, type, mod, pid, state) do
    mark(app, type, :erlang.self(), state)
    :erlang.link(pid)
    :cordial_call.reply(from, :ok)
    master_loop(app, mod, pid, state)
  end

  defp master_loop(app, mod, pid, state) do
    receive do
      {:EXIT, ^pid, reason} ->
        stopped(mod, state)
        :erlang.exit(reason)

      {:stop, from, ref} ->
        state =
          case :erlang.function_exported(mod, :prep_stop, 1) do
            true -> mod.prep_stop(state)
            false -> state
          end

        mref = :erlang.monitor(:process, pid)
        :erlang.unlink(pid)
        :erlang.exit(pid, :shutdown)

        receive do
          {:DOWN, ^mref, _, _, _} -> :ok
        end

        stopped(mod, state)
        :ets.delete(:ac_tab, {:started, app})
        :erlang.send(from, ref)

      _ ->
        master_loop(app, mod, pid, state)
    end
  end

  defp stopped(mod, state) do
    try do
      mod.stop(state)
    catch
      _, _ -> :ok
    end
  end

  def stop_application(app, :none) do
    :ets.delete(:ac_tab, {:started, app})
    :ok
  end

  def stop_application(app, master) do
    end_application(app, master) == :stopped && report_end(app, :stopped, :temporary)
    :ok
  end

  defp end_application(_app, master) do
    ref = :erlang.make_ref()
    mref = :erlang.monitor(:process, master)
    :erlang.send(master, {:stop, :erlang.self(), ref})

    receive do
      ^ref ->
        :erlang.demonitor(mref, [:flush])
        :stopped

      {:DOWN, ^mref, _, _, _} ->
        :ended
    end
  end

  # The end of the program: those that were started last stop first.
  def stop_all do
    started = :ets.match(:ac_tab, {{:started, :"$1"}, :"$2", :_, :"$3", :_})
    latest_first = :lists.reverse(:lists.keysort(2, :lists.map(&:erlang.list_to_tuple/1, started)))
    :lists.foreach(fn {app, _number, master} -> master == :none || end_application(app, master) end, latest_first)
  end

  defp report_end(app, reason, type) do
    :logger.log(
      :notice,
      %{label: {:application_controller, :exit}, report: [application: app, exited: reason, type: type]},
      %{domain: [:otp], report_cb: &:logger.format_otp_report/1, error_logger: %{tag: :info_report, type: :std_info}}
    )
  end
end
