fn f when f.(1) -> f end
