# What has to stand before a program runs.
defmodule :cordial_boot do
  @moduledoc false

  def start do
    :erlang.whereis(:init) == :undefined && :erlang.register(:init, :erlang.spawn(:cordial_boot, :wait, []))
    :user.start()
    :application_controller.start()
    :ok
  end

  # `:init`: nothing sends it anything that matters here, but programs look for it.
  def wait do
    receive do
      _ -> wait()
    end
  end
end
