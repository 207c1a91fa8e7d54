defmodule A do
  def before?(%Date{} = a, %Date{} = b), do: a < b
  def same?(%Date{} = a, %Date{} = b), do: a == b

  def any?(%Date{} = date, other), do: other > date

  def late?(%Time{} = time) do
    fn %Time{} = other -> time >= other end
  end
end
