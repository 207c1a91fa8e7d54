defmodule Robot do
  def walk(steps, speed) do
    z = steps
    {left, _right} = {steps, 1}
    :done
  end

  def turn(angle) do
    angle = 1
    fn other -> 2 end
    for i <- [1], j = i, do: 3
  end

  defmacro stop(reason), do: 1
  battery = 1
end

fn wheel -> 1 end
