"""One file per engine, in the order in which they are shown. wiring.py makes them."""

ENGINE_IDS = ("docker", "podman", "containerd", "lxd", "none")
