"""A structured interior point method whose inner loops are compiled C."""
