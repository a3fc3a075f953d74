"""Build gold from suggestions and corrections."""
