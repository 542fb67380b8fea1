"""Speed as ratios against a peer or a floor, side by side in one run; ``python -m benchmarks`` lists them."""
