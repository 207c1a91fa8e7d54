defmodule Alarm do
  defmacro ring do
    IO.warn("the bell is broken", __CALLER__)
  end
end

defmodule House do
  require Alarm

  def door do
    Alarm.ring()
  end
end
