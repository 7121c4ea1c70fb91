"""Who fits whom: the hub as the rules of matching know it, and what they answer."""
