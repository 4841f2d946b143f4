"""`python -m sbirlib.training`, `torchrun -m sbirlib.training`, `accelerate launch -m sbirlib.training`."""

from sbirlib.training.job import main

if __name__ == "__main__":
    main()
