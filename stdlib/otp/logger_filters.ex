# Ready-made filters.
defmodule :logger_filters do
  @moduledoc false

  def domain(%{meta: meta} = event, {action, compare, domain}) do
    own = :maps.get(:domain, meta, [])

    matches =
      case compare do
        :sub -> :lists.prefix(domain, own)
        :super -> :lists.prefix(own, domain)
        :equal -> domain == own
        :not_equal -> domain != own
        :undefined -> not :erlang.is_map_key(:domain, meta)
      end

    result(action, matches, event)
  end

  def level(%{level: own} = event, {action, compare, level}) do
    order = :logger.compare_levels(own, level)

    matches =
      case compare do
        :lt -> order == :lt
        :gt -> order == :gt
        :eq -> order == :eq
        :neq -> order != :eq
        :lteq -> order != :gt
        :gteq -> order != :lt
      end

    result(action, matches, event)
  end

  def progress(%{msg: {:report, %{label: {_, :progress}}}} = event, action),
    do: result(action, true, event)

  def progress(_event, _action), do: :ignore

  def remote_gl(%{meta: %{gl: gl}} = event, action),
    do: result(action, :erlang.node(gl) != :erlang.node(), event)

  def remote_gl(_event, _action), do: :ignore

  defp result(:log, true, event), do: event
  defp result(:stop, true, _event), do: :stop
  defp result(_, false, _), do: :ignore
end
