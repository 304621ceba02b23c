"""The engines that play the workload: ours, plain loops, one-pass scans, and other programs."""
