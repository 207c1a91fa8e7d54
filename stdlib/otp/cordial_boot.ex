# What has to stand before a program runs.
defmodule :cordial_boot do
  @moduledoc false

  def start do
    # What follows inherits the device.
    :user.start()
    :init.start()
    :application_controller.start()
    :ok
  end
end
