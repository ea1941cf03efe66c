"""The published law: pages, data and a feed made from statute books, nothing written twice."""
