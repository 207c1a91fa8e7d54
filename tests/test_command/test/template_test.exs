# run: --seed 0 --trace
defmodule SharedCase do
  use ExUnit.CaseTemplate

  using options do
    quote do
      @options unquote(options)
      def shared, do: :shared
    end
  end

  setup_all do
    {:ok, all: 1}
  end

  setup %{all: all} do
    %{each: all + 1}
  end
end

defmodule TemplateTest do
  use SharedCase, async: true, extra: 1

  setup %{each: each}, do: %{own: each + 1}

  test "has all", context do
    assert context.all == 1
    assert context.each == 2
    assert context.own == 3
    assert context.async
    assert shared() == :shared
    assert @options[:extra] == 1
  end
end
