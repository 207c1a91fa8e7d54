# What has to stand before a program runs.
defmodule :cordial_boot do
  @moduledoc false

  def start do
    :user.start()
    :application_controller.start()
    :ok
  end
end
