"""The price chart: model, axes, painting, marks."""
