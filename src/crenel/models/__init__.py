"""The five stages: motion, sensing, tracking, decision, engagement. They never import each other."""
