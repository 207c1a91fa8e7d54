defmodule Port do
  @moduledoc "Programs outside, as ports."

  def open(name, options), do: :erlang.open_port(name, options)
  def close(port), do: :erlang.port_close(port)
  def command(port, data, options \\ []), do: :erlang.port_command(port, data, options)
  def connect(port, pid), do: :erlang.port_connect(port, pid)
  def info(port), do: nillify(:erlang.port_info(port))
  def info(port, :registered_name), do: nillify(:erlang.port_info(port, :registered_name))
  def info(port, item), do: nillify(:erlang.port_info(port, item))
  def monitor(port), do: :erlang.monitor(:port, port)
  def demonitor(monitor_ref, options \\ []) when is_list(options), do: :erlang.demonitor(monitor_ref, options)
  def list, do: :erlang.ports()

  defp nillify(:undefined), do: nil
  defp nillify(other), do: other
end
